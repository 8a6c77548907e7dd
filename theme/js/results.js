/* 查询结果页：排好的结果、按类别县区年份筛选、相近的名称、查不到时的提示。状态都在地址里。全文（fulltext.js）和相近（near.js）用到时才读。 */
(function () {
  "use strict";

  const site = window.siteSearch;
  const { ROOT, PAGE, find, refusal, isLeftBehind, ranked } = site;
  const { element, button } = window.sitePage;
  const { set, marked, markedName, boxes } = window.searchParts;
  const MOST = 200; // so many hits are read in one go, and can be narrowed
  const RENEWED = "网站刚刚更新，请刷新页面后再查。";

  /* What hits can be narrowed by: key in the address, title, and the pairs of value and label that an entity has. */
  const FACETS = [
    ["section", "类别", (entity, index) => index.sections.filter((_, at) => entity.counts[at]).map((name) => [name, name])],
    ["district", "县区", (entity) => entity.district ? [entity.district] : []],
    ["year", "年份", (entity) => entity.years.map((year) => [String(year), year + " 年"])],
  ];

  const reloadButton = () => button("button result-reload", "刷新页面", () => location.reload());

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
    if (counts.length) item.append(element("p", "result-counts", counts.map((pair) => pair.join(" ") + " 条").join("、")));
    return item;
  }

  /* ---- what the address says ---- */

  function readAddress() {
    const said = new URLSearchParams(location.search);
    const state = { q: said.get("q") || "" };
    for (const [key] of FACETS) state[key] = said.get(key) || "";
    return state;
  }

  function writeAddress(state) {
    const said = Object.keys(state).filter((key) => state[key]).map((key) => key + "=" + encodeURIComponent(state[key]));
    return location.pathname + (said.length ? "?" + said.join("&") : "");
  }

  /* ---- narrowing ---- */

  const isNarrowed = (state) => FACETS.some(([key]) => state[key]);

  const fits = (entity, state, index, except) =>
    FACETS.every(([key, , pairs]) => key === except || !state[key] || pairs(entity, index).some((pair) => pair[0] === state[key]));

  /* The facets as links: how many hits each value would leave, the others staying as they are chosen. */
  function facetList(hits, state, index, go) {
    const made = element("nav", "facets result-facets");
    made.setAttribute("aria-label", "缩小范围");
    for (const [key, title, pairs] of FACETS) {
      const counts = new Map();
      for (const entity of hits.filter((one) => fits(one, state, index, key))) {
        for (const [value, label] of pairs(entity, index)) counts.set(value, [label, (counts.get(value) || ["", 0])[1] + 1]);
      }
      if (counts.size < 2 && !state[key]) continue;
      const order = Array.from(counts).sort((a, b) => key === "section" ? index.sections.indexOf(a[0]) - index.sections.indexOf(b[0])
        : key === "year" ? b[0] - a[0] : b[1][1] - a[1][1] || (a[0] < b[0] ? -1 : 1));
      const link = (value, label, count) => {
        const next = Object.assign({}, state, { [key]: value });
        const anchor = element("a", "", label);
        if (count !== undefined) anchor.append(element("small", "", String(count)));
        anchor.href = writeAddress(next);
        anchor.dataset.facet = key + " " + value;
        if (state[key] === value) anchor.setAttribute("aria-current", "true");
        anchor.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go(next, anchor.dataset.facet);
        });
        return element("li", "", anchor);
      };
      made.append(element("div", "", element("p", "", title), element("ul", "", link("", "不限"),
        ...order.map(([value, [label, count]]) => link(value, label, count)))));
    }
    return made;
  }

  /* ---- what is read when it is needed ---- */

  function loadAsset(address) {
    return new Promise((resolve, reject) => {
      const script = element("script");
      script.onload = resolve;
      script.onerror = () => reject(new Error("missing: " + address));
      script.src = address;
      document.head.append(script);
    });
  }

  const asked = new Map();
  function once(address) {
    if (!asked.has(address)) asked.set(address, loadAsset(address).catch((error) => { asked.delete(address); throw error; }));
    return asked.get(address);
  }

  /* ---- the result page ---- */

  function startResults(list) {
    const status = document.getElementById("result-count");
    const help = list.parentNode.insertBefore(element("div", "result-help"), list.nextSibling);
    const near = list.parentNode.insertBefore(nearRegion(), help);
    const narrow = list.parentNode.insertBefore(element("div", "result-narrow"), list);
    const texts = document.getElementById("fulltext") || near;
    const box = document.getElementById("q");
    let turn = 0;

    const say = (text) => { if (status) status.textContent = text; };

    async function show(state) {
      const mine = ++turn;
      const isCurrent = () => mine === turn;
      const query = state.q;
      list.textContent = help.textContent = narrow.textContent = near.lastElementChild.textContent = "";
      near.hidden = true;
      near.after(help);
      list.setAttribute("aria-busy", "true");
      const short = refusal(query);
      say(short || !query.trim() ? short : "正在查询…");
      let result = { total: 0 };
      try {
        if (!short && query.trim()) {
          result = await find(query, PAGE);
          if (isCurrent() && result.total) await draw(result, state, isCurrent);
          if (isCurrent() && !result.total) await drawNothing(result.index, query, isCurrent);
        }
      } catch (error) {
        await fail(state, isCurrent);
      }
      if (!isCurrent()) return;
      list.setAttribute("aria-busy", "false");
      const told = await written(query);
      if (told && isCurrent() && !short && query.trim() && !result.total) say(status.textContent.replace(/^共 0 条结果/, "信用主体 0 条；" + told));
    }

    /* What the full text says it found; it is read after the entities. */
    async function written(query) {
      if (!list.dataset.fulltext) return "";
      await once(list.dataset.fulltext).catch(() => {});
      return window.fullText ? window.fullText(query) : "";
    }

    async function fail(state, isCurrent) {
      const old = await isLeftBehind();
      if (!isCurrent()) return;
      say(old ? RENEWED : "查询没有完成：数据未能读取，请检查网络后重试。");
      help.append(old ? reloadButton() : button("button result-again", "重试", () => show(state)));
    }

    /* No exact answer: names that are near, what is wrong with a code, and below it what may help. */
    async function drawNothing(index, query, isCurrent) {
      const { found, form } = await once(list.dataset.near).then(() => site.near(query)).catch(() => ({ found: [], form: [] }));
      if (!isCurrent()) return;
      near.hidden = !found.length;
      near.lastElementChild.append(...found.map((entity) => {
        const item = resultItem(entity, form, index.sections);
        item.firstElementChild.after(" ", element("span", "near", "相近"));
        return item;
      }));
      const wrong = site.codeHint ? site.codeHint(query, found) : "";
      say("共 0 条结果" + (found.length ? "；名称相近的 " + found.length + " 条" : "") + (wrong ? "。" + wrong : ""));
      texts.after(help);
      help.append(...helpful(query, found.length, wrong));
    }

    /* All hits of a result that has not too many, in order. */
    async function whole({ total, found, rest, index, form }) {
      if (total <= found.length) return found;
      const others = await Promise.all((await rest()).map((one) => typeof one === "number" ? index.entity(one) : one));
      return ranked(found.concat(others), form);
    }

    async function draw(result, state, isCurrent) {
      const { total, index } = result;
      const isWhole = total <= MOST;
      let hits = result.found;
      if (isWhole && (isNarrowed(state) || total <= PAGE)) hits = await whole(result);
      if (isCurrent()) redraw(result, hits, isWhole ? state : { q: state.q }, isCurrent);
    }

    /* Draws hits that were read: the facets where all were, the first that fit, and how to get the others. */
    function redraw(result, hits, state, isCurrent) {
      const { total, form, index } = result;
      const isAll = hits.length === total;
      const fitting = hits.filter((entity) => fits(entity, state, index));
      const add = (entities) => list.append(...entities.map((entity) => resultItem(entity, form, index.sections)));
      list.textContent = help.textContent = narrow.textContent = "";
      say("共 " + total + " 条结果" + (isNarrowed(state) ? "，筛选后 " + fitting.length + " 条" : ""));
      const go = (next, facet) => {
        history.pushState(null, "", writeAddress(next));
        redraw(result, hits, next, isCurrent);
        const again = Array.from(narrow.querySelectorAll("a")).find((link) => link.dataset.facet === facet);
        if (again) again.focus();
      };
      if (isAll) {
        const facets = facetList(hits, state, index, go);
        if (facets.childElementCount) narrow.append(facets);
      } else if (total <= MOST) {
        narrow.append(button("button result-open", "按类别、县区、年份筛选", async (event) => {
          event.target.disabled = true;
          try {
            const all = await whole(result);
            if (!isCurrent()) return;
            redraw(result, all, state, isCurrent);
            const link = narrow.querySelector("a");
            if (link) link.focus();
          } catch (error) {
            event.target.disabled = false;
            say("未能读取更多结果，请重试。");
          }
        }));
      }
      add(fitting.slice(0, PAGE));
      if ((isAll ? fitting.length : total) > PAGE) drawMore(result, isAll ? fitting.slice(PAGE) : null, hits, add, isCurrent);
    }

    /* The button for what is not shown yet: `rest` are entities that were read, null where none were. */
    function drawMore(result, rest, hits, add, isCurrent) {
      const { total, form, index } = result;
      const few = total <= MOST;
      const shown = element("p", "result-shown", "已列出 " + PAGE + " 条；再写几个字，或用空格隔开几个词，可以缩小范围" +
        (few ? "。" : "；少于 " + MOST + " 条时可以按类别、县区和年份筛选。"));
      const more = button("button result-more", few ? "显示其余的" : "显示更多");
      help.append(shown, more);
      let places = null;
      more.onclick = async () => {
        more.disabled = true;
        list.setAttribute("aria-busy", "true");
        try {
          if (!rest && few) rest = (await whole(result)).slice(PAGE);
          if (!rest && !places) places = hits.slice(PAGE).concat(await result.rest());
          const step = few ? MOST : PAGE;
          const next = (rest || places).slice(0, step);
          const entities = await Promise.all(next.map((one) => typeof one === "number" ? index.entity(one) : one));
          if (!isCurrent()) return;
          if (rest) rest = rest.slice(step);
          else places = places.slice(step);
          const last = list.lastElementChild;
          add(typeof next[0] === "number" ? ranked(entities, form) : entities);
          shown.textContent = "已列出 " + list.children.length + " 条。";
          if (!(rest || places).length) more.remove();
          const link = last && last.nextElementSibling && last.nextElementSibling.querySelector("a");
          if (link) link.focus();
        } catch (error) {
          shown.textContent = "未能读取更多结果，请重试。";
        }
        more.disabled = false;
        if (isCurrent()) list.setAttribute("aria-busy", "false");
      };
    }

    function fromAddress() {
      const state = readAddress();
      for (const one of boxes()) one.value = state.q;
      show(state);
    }

    if (box && box.form) {
      box.form.addEventListener("submit", (event) => {
        if (location.protocol === "file:") return;
        event.preventDefault();
        history.pushState(null, "", writeAddress({ q: box.value }));
        fromAddress();
      });
    }
    window.addEventListener("popstate", fromAddress);
    fromAddress();
  }

  /* The place of names that are near, apart from the exact results. */
  function nearRegion() {
    const title = element("h2", "", "没有完全相符的，以下名称相近");
    const region = element("section", "near-hits", title, element("ol", "results"));
    set(title, { id: "near-title" });
    set(region, { id: "near", "aria-labelledby": title.id });
    region.hidden = true;
    return region;
  }

  function helpful(query, alike, wrong) {
    const tips = ["减少几个字，只写名称中最特别的部分（如去掉地名和“有限公司”）；",
      "用空格隔开几个词，先后不限；", "核对统一社会信用代码或文号有无错漏；",
      "未查到只说明本站截至目前没有公示该主体的信息。"];
    const said = [element("p", "", (alike ? "都不是要查的？" : "没有找到与“" + query.trim() + "”相符的信用主体。") + "可以试试："),
      element("ul", "", ...tips.map((tip) => element("li", "", tip)))];
    return wrong ? [element("p", "result-code-hint", wrong)].concat(said) : said;
  }

  const results = document.getElementById("results");
  if (results) startResults(results);
})();
