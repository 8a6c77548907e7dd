/* 边输边出的建议，和结果页（results.js）共用的画法。查找本身在 find.js。 */
(function () {
  "use strict";

  const { ROOT, find, refusal, openIndex, fold, bare, isSpelled } = window.siteSearch;
  const { element } = window.sitePage;
  const SUGGESTED = 8;

  /* ---- drawing ---- */

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

  window.searchParts = { set, marked, markedName, boxes };
  boxes().forEach(startSuggestions);
})();
