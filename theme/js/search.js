/* 查询的界面：结果页、边输边出的建议。查找本身在 find.js，全文在 fulltext.js。 */
(function () {
  "use strict";

  const {
    ROOT, PAGE, find, near: nearTo, refusal, openIndex, isLeftBehind, ranked, fold, bare, words, isSpelled,
  } = window.siteSearch;
  const SUGGESTED = 8;

  /* ---- drawing ---- */

  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  /* The text as nodes, with the parts that the words match in <mark>: as it is folded, with brackets and without, or by
     its syllables, from the beginning of one, or by their first letters. */
  function marked(text, form, syllables) {
    const signs = Array.from(text);
    const hits = new Array(signs.length).fill(false);
    const mark = (shape, whole) => {
      const owners = [];
      let folded = "";
      signs.forEach((sign, at) => {
        for (const unit of shape(sign, at).split("")) {
          folded += unit;
          owners.push(at);
        }
      });
      for (const word of form) {
        for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
          if (whole && at && owners[at] === owners[at - 1]) continue;
          for (let owner = owners[at]; owner <= owners[at + word.length - 1]; owner++) hits[owner] = true;
        }
      }
    };
    mark(fold);
    mark((sign) => bare(fold(sign)));
    if (syllables) {
      const spoken = (at) => syllables[at] === " " ? "" : syllables[at] || "\n";
      mark((sign, at) => spoken(at), true);
      mark((sign, at) => spoken(at).slice(0, 1));
    }
    const nodes = [];
    for (let at = 0, end; at < signs.length; at = end) {
      for (end = at; end < signs.length && hits[end] === hits[at];) end++;
      const piece = signs.slice(at, end).join("");
      nodes.push(hits[at] ? element("mark", "", piece) : piece);
    }
    return nodes;
  }

  /* A name of an entity, its own (0) or a former one. */
  const markedName = (entity, which, form) =>
    marked(which ? entity.former[which - 1] : entity.name, form, form.some(isSpelled) ? entity.readings()[which] : null);

  function resultItem(entity, form, sections) {
    const link = element("a", "result-name", ...markedName(entity, 0, form));
    link.href = ROOT + entity.address;
    const item = element("li", "result", link);
    if (entity.labels.length) {
      const labels = entity.labels.map(([tone, label]) => element("span", "result-label tone-" + tone, label));
      item.append(" ", element("span", "result-labels", ...[].concat(...labels.map((label) => [label, " "]))));
    }
    if (entity.code) item.append(element("p", "result-code", "统一社会信用代码：", ...marked(entity.code, form)));
    entity.former.forEach((former, at) => {
      const name = markedName(entity, at + 1, form);
      if (name.some((node) => node.nodeType)) item.append(element("p", "result-former", "曾用名：", ...name));
    });
    for (const number of entity.numbers.slice(0, 3)) {
      item.append(element("p", "result-number", "文号：", ...marked(number, form)));
    }
    const counts = sections.map((section, at) => [section, entity.counts[at] || 0]).filter((pair) => pair[1]);
    if (counts.length) item.append(element("p", "result-counts", counts.map((pair) => pair.join(" ") + " 条").join(" · ")));
    return item;
  }

  /* ---- the result page ---- */

  function startResults(list) {
    const status = document.getElementById("result-count");
    const help = list.parentNode.insertBefore(element("div", "result-help"), list.nextSibling);
    const near = list.parentNode.insertBefore(nearRegion(), help);
    const texts = document.getElementById("fulltext") || near;
    const box = document.getElementById("q");
    let turn = 0;

    const say = (text) => { if (status) status.textContent = text; };

    async function show(query) {
      const mine = ++turn;
      list.textContent = help.textContent = near.lastElementChild.textContent = "";
      near.hidden = true;
      near.after(help);
      list.setAttribute("aria-busy", "true");
      const short = refusal(query);
      say(short || !query.trim() ? short : "正在查询…");
      const written = window.fullText ? window.fullText(query) : Promise.resolve("");
      try {
        if (!short && query.trim()) {
          const result = await find(query, PAGE);
          if (mine === turn) draw(result, query, mine);
          if (mine === turn && !result.total) await drawNothing(result.index, query, written, () => mine === turn);
        }
      } catch (error) {
        await fail(query, () => mine === turn);
      }
      if (mine === turn) list.setAttribute("aria-busy", "false");
    }

    async function fail(query, isCurrent) {
      const old = await isLeftBehind();
      if (!isCurrent()) return;
      say(old ? RENEWED : "查询没有完成：数据未能读取，请检查网络后重试。");
      help.append(old ? reloadButton() : button("button result-again", "重试", () => show(query)));
    }

    /* No exact answer: names that are near, what is written, and below it what may help. */
    async function drawNothing(index, query, written, isCurrent) {
      const { found, form } = await nearTo(query).catch(() => ({ found: [], form: [] }));
      if (!isCurrent()) return;
      const alike = found.length ? "；名称相近的 " + found.length + " 条" : "";
      near.hidden = !found.length;
      near.lastElementChild.append(...found.map((entity) => {
        const item = resultItem(entity, form, index.sections);
        item.firstElementChild.after(" ", element("span", "near", "相近"));
        return item;
      }));
      say("共 0 条结果" + alike);
      texts.after(help);
      help.append(...helpful(query, found.length));
      written.then((told) => {
        if (told && isCurrent()) say("信用主体 0 条；" + told + alike);
      });
    }

    function draw(result, query, mine) {
      const { total, found, form } = result;
      if (!total) return;
      say("共 " + total + " 条结果");
      const add = (entities) => list.append(...entities.map((entity) => resultItem(entity, form, result.index.sections)));
      add(found.slice(0, PAGE));
      if (total <= PAGE) return;
      const shown = element("p", "result-shown", "已列出 " + PAGE + " 条；再写几个字，或用空格隔开几个词，可以缩小范围。");
      const more = button("button result-more", "显示更多");
      help.append(shown, more);
      let rest = found.slice(PAGE);
      let asked = result.rest;
      more.onclick = async () => {
        more.disabled = true;
        list.setAttribute("aria-busy", "true");
        try {
          if (asked) rest = await asked();
          asked = null;
          const next = rest.slice(0, PAGE);
          const entities = await Promise.all(next.map((one) => typeof one === "number" ? result.index.entity(one) : one));
          if (mine !== turn) return;
          const last = list.lastElementChild;
          rest = rest.slice(PAGE);
          add(typeof next[0] === "number" ? ranked(entities, form) : entities);
          shown.textContent = "已列出 " + list.children.length + " 条。";
          if (!rest.length) more.remove();
          const link = last && last.nextElementSibling && last.nextElementSibling.querySelector("a");
          if (link) link.focus();
        } catch (error) {
          shown.textContent = "未能读取更多结果，请重试。";
        }
        more.disabled = false;
        if (mine === turn) list.setAttribute("aria-busy", "false");
      };
    }

    function fromAddress() {
      const query = new URLSearchParams(location.search).get("q") || "";
      for (const one of boxes()) one.value = query;
      show(query);
    }

    if (box && box.form) {
      box.form.addEventListener("submit", (event) => {
        if (location.protocol === "file:") return;
        event.preventDefault();
        history.pushState(null, "", location.pathname + "?q=" + encodeURIComponent(box.value));
        fromAddress();
      });
    }
    window.addEventListener("popstate", fromAddress);
    fromAddress();
  }

  const RENEWED = "网站刚刚更新，请刷新页面后再查。";

  function button(className, text, act) {
    const made = element("button", className, text);
    made.type = "button";
    made.onclick = act;
    return made;
  }

  const reloadButton = () => button("button result-reload", "刷新页面", () => location.reload());

  /* The place of names that are near, apart from the exact results. */
  function nearRegion() {
    const title = element("h2", "", "没有完全相符的，以下名称相近");
    const region = element("section", "near-hits", title, element("ol", "results"));
    title.id = "near-title";
    region.id = "near";
    region.hidden = true;
    region.setAttribute("aria-labelledby", title.id);
    return region;
  }

  function helpful(query, alike) {
    const tips = ["减少几个字，只写名称中最特别的部分（如去掉地名和“有限公司”）；",
      "用空格隔开几个词，先后不限；", "核对统一社会信用代码或文号有无错漏；",
      "未查到只说明本站截至目前没有公示该主体的信息。"];
    return [element("p", "", (alike ? "都不是要查的？" : "没有找到与“" + query.trim() + "”相符的信用主体。") + "可以试试："),
      element("ul", "", ...tips.map((tip) => element("li", "", tip)))];
  }

  /* ---- suggestions: the combobox pattern of WAI-ARIA ---- */

  const boxes = () => ["q", "q-head"].map((id) => document.getElementById(id)).filter(Boolean);

  function startSuggestions(box) {
    const list = element("ul", "suggestions");
    const told = element("span", "visually-hidden");
    list.id = box.id + "-suggestions";
    list.hidden = true;
    told.setAttribute("role", "status");
    set(list, { role: "listbox", "aria-label": "建议" });
    set(box, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" });
    box.insertAdjacentElement("afterend", list);
    list.insertAdjacentElement("afterend", told);
    let turn = 0;
    let timer = 0;
    let active = -1;

    function close() {
      turn++;
      clearTimeout(timer);
      list.hidden = true;
      list.textContent = told.textContent = "";
      activate(-1);
      box.setAttribute("aria-expanded", "false");
    }

    function activate(at) {
      active = at;
      Array.from(list.children).forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
      const option = list.children[at];
      if (!option) return box.removeAttribute("aria-activedescendant");
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    async function suggest() {
      const mine = ++turn;
      const query = box.value;
      if (!query.trim() || refusal(query)) return close();
      try {
        const result = await find(query, SUGGESTED);
        if (mine === turn) draw(result, query);
      } catch (error) {
        if (mine === turn) close();
      }
    }

    function draw({ found, form, total }, query) {
      const shown = found.slice(0, SUGGESTED);
      const add = (option, address) => {
        option.id = list.id + "-" + list.children.length;
        option.dataset.address = address;
        option.setAttribute("role", "option");
        list.append(option);
      };
      list.textContent = "";
      for (const entity of shown) {
        const option = element("li", "suggestion", element("span", "suggestion-name", ...markedName(entity, 0, form)));
        if (entity.code) option.append(" ", element("span", "suggestion-code", ...marked(entity.code, form)));
        add(option, entity.address);
      }
      if (total > shown.length) add(element("li", "suggestion-all", "查看全部 " + total + " 条"), "search.html?q=" + encodeURIComponent(query));
      list.hidden = !shown.length;
      box.setAttribute("aria-expanded", String(!!shown.length));
      told.textContent = shown.length ? shown.length + " 条建议，共 " + total + " 条结果" : "没有建议";
      activate(-1);
    }

    const go = (option) => { location.href = ROOT + option.dataset.address; };

    box.addEventListener("input", (event) => {
      turn++;
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(suggest, 120);
    });
    box.addEventListener("compositionend", () => {
      clearTimeout(timer);
      timer = setTimeout(suggest, 120);
    });
    box.addEventListener("focus", () => openIndex(false).catch(() => {}));
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      const count = list.hidden ? 0 : list.children.length;
      if (event.isComposing || event.keyCode === 229) return;
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !count) {
        event.preventDefault();
        suggest();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        activate(active < 0 && step < 0 ? count - 1 : active + step >= count ? -1 : active + step);
      } else if (event.key === "Enter" && count && active >= 0) {
        event.preventDefault();
        go(list.children[active]);
      } else if (event.key === "Enter") {
        close();
      } else if (event.key === "Escape" && count) {
        event.preventDefault();
        close();
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) go(option);
    });
  }

  function set(node, attributes) {
    for (const name of Object.keys(attributes)) node.setAttribute(name, attributes[name]);
  }

  /* ---- start ---- */

  boxes().forEach(startSuggestions);
  const results = document.getElementById("results");
  if (results) startResults(results);
})();
