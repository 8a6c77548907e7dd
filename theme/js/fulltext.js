/* 全文查询：文章和记录正文。Pagefind 在后台线程里读 pagefind/ 下的索引，所以只能通过网站（http）使用；写法见 disclosure/search/fulltext.py。
   结果页（results.js）查完信用主体才加载它，每查一次就叫一次 window.fullText(查询)，得到「文章 3 篇」这样的一句话。 */
(function () {
  "use strict";

  const ROOT = document.documentElement.dataset.root || "";
  const { element, button } = window.sitePage || {};
  const PATIENCE = 20000; // milliseconds for one question, all its steps together
  const SHOWN = 10; // hits shown at once
  const READ = 200; // texts read at most for them
  const PROBES = 12; // pairs that Pagefind is asked for
  const BEFORE = 24;
  const ABOUT = 90; // characters of an excerpt

  /* ---- text: the same rules as disclosure/search/fulltext.py ---- */

  const squeezed = (text) => (text.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu) || []).join("").replace(/ς/g, "σ");

  function pairs(text) {
    const signs = Array.from(squeezed(text));
    const found = [];
    for (let at = 0; at + 1 < signs.length; at++) found.push(signs[at] + signs[at + 1]);
    return found.length ? found : signs;
  }

  function token(pair) {
    let letters = "";
    for (const unit of pair.split("")) {
      for (const digit of ("000" + unit.charCodeAt(0).toString(16)).slice(-4)) letters += "abcdefghijklmnop"[parseInt(digit, 16)];
    }
    return Array.from(pair).length > 1 ? letters : "q" + letters;
  }

  if (typeof module === "object" && module.exports) {
    module.exports = { squeezed, pairs, token };
    return;
  }

  function spread(items, most) {
    if (items.length <= most) return items;
    return Array.from({ length: most }, (_, at) => items[Math.round(at * (items.length - 1) / (most - 1))]);
  }

  /* ---- Pagefind in a thread of its own, which can be ended whatever it does ---- */

  class Library {
    constructor(entry, bundle) {
      this.entry = entry;
      this.waiting = new Map();
      this.asked = 0;
      this.closed = null;
      this.worker = new Worker(bundle + "worker.js");
      this.worker.onmessage = ({ data }) => this.hear(data);
      this.worker.onerror = () => this.close(new Error("worker"));
      this.call("init", { basePath: new URL(bundle, location.href).pathname, language: "und" }).catch(() => {});
    }

    hear({ id, result, error, lost }) {
      if (lost) return this.close(new Error("lost: " + lost));
      const call = this.waiting.get(id);
      this.waiting.delete(id);
      if (call) error ? call.reject(new Error(error)) : call.resolve(result);
    }

    call(method, ...args) {
      if (this.closed) return Promise.reject(this.closed);
      return new Promise((resolve, reject) => {
        const id = "call-" + ++this.asked;
        this.waiting.set(id, { resolve, reject });
        this.worker.postMessage({ id, instanceId: "page", method, args });
      });
    }

    close(error) {
      if (this.closed) return;
      this.closed = error;
      this.worker.terminate();
      this.waiting.forEach((call) => call.reject(error));
      this.waiting.clear();
    }
  }

  let library = null;

  async function open() {
    const stop = window.AbortController ? new AbortController() : null;
    const timer = setTimeout(() => stop && stop.abort(), PATIENCE);
    try {
      const reply = await fetch(ROOT + "pagefind/entry.json", { cache: "no-cache", signal: stop ? stop.signal : undefined });
      if (!reply.ok) throw new Error("entry: " + reply.status);
      const entry = await reply.json();
      return entry.bundle ? new Library(entry, ROOT + "pagefind/" + entry.bundle + "/") : null;
    } finally {
      clearTimeout(timer);
    }
  }

  /* What is asked of the library, ended in time: then its thread is ended too, and the next question opens a new one. */
  async function within(time, ask) {
    const opened = library = library || open();
    let timer = 0;
    const late = new Promise((resolve, reject) => { timer = setTimeout(() => reject(new Error("timeout")), time); });
    try {
      return await Promise.race([opened.then(ask), late]);
    } catch (error) {
      if (library === opened) library = null;
      opened.then((one) => one && one.close(error), () => {});
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /* A bundle that a new release took away is looked for once more under the name that the entry has now. */
  async function asked(ask) {
    const begun = Date.now();
    try {
      return await within(PATIENCE, ask);
    } catch (error) {
      return within(PATIENCE - (Date.now() - begun), ask);
    }
  }

  /* ---- hits: Pagefind gives the texts that have all pairs; those that have the words themselves are kept ---- */

  class Hits {
    constructor(one, results, words) {
      Object.assign(this, { one, results, words, at: 0, kept: [] });
    }

    get ended() {
      return !this.kept.length && this.at >= this.results.length;
    }

    async next() {
      const last = this.at + READ;
      while (this.kept.length < SHOWN && this.at < Math.min(last, this.results.length)) {
        const some = this.results.slice(this.at, this.at + SHOWN);
        const read = await Promise.all(some.map((result) => this.one.call("getData", result.data)));
        this.at += some.length;
        const right = read.map((data) => data.meta).filter((meta) => this.isRight(meta));
        this.kept.push(...right.filter((meta) => this.isTitled(meta)), ...right.filter((meta) => !this.isTitled(meta)));
      }
      return this.kept.splice(0, SHOWN);
    }

    /* A record past its last day, should nobody have rebuilt, is no hit: site.js hides it on its page too. */
    isOver(meta) {
      const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
      return Boolean(meta.until) && meta.until < today && !("pinned" in document.documentElement.dataset);
    }

    isTitled(meta) {
      return this.words.every((word) => squeezed(meta.title).includes(word));
    }

    isRight(meta) {
      if (this.isOver(meta)) return false;
      const texts = [meta.title].concat(meta.paragraphs.map((one) => one[1])).map(squeezed);
      return this.words.every((word) => texts.some((text) => text.includes(word))); // no word runs from one paragraph into the next
    }
  }

  async function search(one, words, filters) {
    const terms = Array.from(new Set([].concat(...words.map(pairs))));
    const whole = terms.filter((pair) => Array.from(pair).length > 1);
    const { results } = await one.call("search", spread(whole, PROBES).map(token).join(" "), { filters });
    return new Hits(one, results, words);
  }

  /* ---- drawing ---- */

  /* Which characters of a text the words match. */
  function matched(text, words) {
    const signs = Array.from(text);
    const owners = [];
    let plain = "";
    signs.forEach((sign, at) => {
      for (const unit of squeezed(sign).split("")) {
        plain += unit;
        owners.push(at);
      }
    });
    const hits = new Array(signs.length).fill(false);
    for (const word of words) {
      for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
        hits.fill(true, owners[at], owners[at + word.length - 1] + 1);
      }
    }
    return { signs, hits };
  }

  function marked({ signs, hits }, start = 0, end = signs.length) {
    const nodes = [];
    for (let at = start, to; at < end; at = to) {
      for (to = at; to < end && hits[to] === hits[at];) to++;
      const piece = signs.slice(at, to).join("");
      nodes.push(hits[at] ? element("mark", "", piece) : piece);
    }
    return nodes;
  }

  /* Some ninety characters about the first hit, from the paragraph that has most of the words and then most text. */
  function excerpt(paragraphs, words) {
    const weigh = ([, text]) => words.filter((word) => squeezed(text).includes(word)).length + Math.min(text.length, ABOUT) / (ABOUT + 1);
    const best = paragraphs.reduce((one, other) => weigh(other) > weigh(one) ? other : one, ["", ""]);
    const read = matched(best[1], words);
    const start = Math.max(0, read.hits.indexOf(true) - BEFORE);
    const end = Math.min(read.signs.length, start + ABOUT);
    const label = best[0] ? [element("span", "text-label", best[0]), "："] : [];
    return element("p", "text-excerpt", ...label, start ? "…" : "", ...marked(read, start, end), end < read.signs.length ? "…" : "");
  }

  function item({ address, title, date, note, paragraphs }, words) {
    const link = element("a", "result-name", ...marked(matched(title, words)));
    link.href = ROOT + address;
    const facts = [note, date].filter(Boolean).join(" · ");
    return element("li", "result", link, facts ? element("p", "text-facts", facts) : "", excerpt(paragraphs, words));
  }

  const PLACES = [
    { id: "articles", filters: { none: { record: "is" } }, name: "文章", unit: "篇" },
    { id: "records", filters: { record: "is" }, name: "记录正文", unit: "条" },
  ];

  let turn = 0;

  /* Lists what a query finds and returns it in words, "" where there is nothing. */
  async function show(query) {
    const region = document.getElementById("fulltext");
    if (!region) return "";
    const mine = ++turn;
    const note = region.querySelector(".fulltext-note");
    const say = (...content) => {
      note.textContent = "";
      note.append(...content);
    };
    const words = query.split(/\s+/).map(squeezed).filter(Boolean);
    for (const { id } of PLACES) {
      document.getElementById(id).textContent = "";
      document.getElementById(id).parentNode.hidden = true;
    }
    region.hidden = !words.some((word) => Array.from(word).length > 1);
    region.setAttribute("aria-busy", String(!region.hidden));
    say(region.hidden ? "" : "正在查全文……");
    if (region.hidden) return "";
    let told = "";
    try {
      const why = missing();
      if (why) say(why);
      else told = await fill(words, say, () => mine === turn);
    } catch (error) {
      if (mine === turn) say("全文查询没有成功，上面信用主体的结果不受影响。", button("button", "重试", () => show(query)));
    }
    if (mine === turn) region.setAttribute("aria-busy", "false");
    return told;
  }

  /* Why there can be no full text here, or nothing. */
  function missing() {
    if (location.protocol === "file:") return "现在是从硬盘打开的，只能查信用主体。文章和记录正文的全文查询，要通过网站（http）打开才能用。";
    if (!window.WebAssembly || !window.Worker || !window.fetch) return "这个浏览器太旧，不能查文章和记录正文的全文；查信用主体不受影响。";
    return "";
  }

  async function fill(words, say, isCurrent) {
    const found = await asked(async (one) => one && {
      entry: one.entry,
      lists: await Promise.all(PLACES.map(async (place) => {
        const hits = await search(one, words, place.filters);
        return { place, hits, first: await hits.next() };
      })),
    });
    if (!isCurrent()) return "";
    if (!found) {
      say("这一版网站没有全文索引，只能查信用主体。");
      return "";
    }
    const shown = found.lists.filter(({ first }) => first.length);
    shown.forEach((list) => draw(list, words, isCurrent));
    const told = shown.map(({ place, hits, first }) => place.name + " " + (hits.ended ? "" : "至少 ") + first.length + " " + place.unit).join("、");
    say((told ? "全文：" + told + "。" : "文章和记录正文里没有相符的。") + partly(found.entry));
    return told;
  }

  function partly({ records, all }) {
    if (!records || records >= all) return "";
    return "记录正文只收最新的 " + records.toLocaleString("en") + " 条，共 " + all.toLocaleString("en") + " 条。";
  }

  function draw({ place, hits, first }, words, isCurrent) {
    const region = document.getElementById(place.id);
    const list = element("ol", "results", ...first.map((meta) => item(meta, words)));
    region.append(list);
    region.parentNode.hidden = false;
    if (hits.ended) return;
    const more = button("button text-more", "显示更多", async () => {
      more.disabled = true;
      try {
        const next = await within(PATIENCE, () => hits.next());
        if (!isCurrent()) return;
        list.append(...next.map((meta) => item(meta, words)));
        if (next.length) list.children[list.children.length - next.length].querySelector("a").focus();
        if (hits.ended || !next.length) more.remove();
      } catch (error) {
        more.textContent = "没有读到，请重新查询";
      }
      more.disabled = false;
    });
    region.append(more);
  }

  window.fullText = show;
})();
