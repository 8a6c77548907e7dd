/* 信用主体查询：读 search/ 下的分片（脚本），不需要服务器，也可从磁盘打开。格式见 disclosure/search/。 */
(function () {
  "use strict";

  const FORMAT = "2";
  const TONES = ["plain", "licence", "penalty", "blacklist", "honour"];
  const ROOT = document.documentElement.dataset.root || "";
  const PAGE = 50;
  const SLOTS = 8;
  const SUGGESTED = 8;
  const PLENTY = 8;
  const PROBES = 3;
  const NUMBERED = 24;
  const NEAR_PROBES = 6;
  const NEAR_LISTS = 2;
  const NEAR = 12;
  const WORTH = 0.4;
  const ALIKE = 0.45;
  const PATIENCE = 15000;
  const ARTICLES = 20;
  const ARTICLES_READ = 200;

  /* ---- text: the same rules as disclosure/search/text.py ---- */

  const OPENING = "([{<〈《「『【〔〖〘〚⟨⟪";
  const CLOSING = ")]}>〉》」』】〕〗〙〛⟩⟫";
  const DROPPED = new RegExp("[\\u{0}-\\u{20}\\u{7f}-\\u{a0}\\u{ad}\\u{34f}\\u{61c}\\u{115f}\\u{1160}\\u{1680}\\u{17b4}\\u{17b5}" +
    "\\u{180b}-\\u{180f}\\u{2000}-\\u{200f}\\u{2028}-\\u{202f}\\u{205f}-\\u{206f}\\u{3000}\\u{3164}\\u{d800}-\\u{dfff}" +
    "\\u{fe00}-\\u{fe0f}\\u{feff}\\u{ffa0}\\u{fff0}-\\u{ffff}\\u{e0000}-\\u{e0fff}]", "gu");
  const SPACES = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
  const UNIFIED = new Map([["ς", "σ"]]);
  for (const sign of OPENING) UNIFIED.set(sign, "(");
  for (const sign of CLOSING) UNIFIED.set(sign, ")");
  for (const sign of "‐‑‒–—―−") UNIFIED.set(sign, "-");
  for (const sign of "•・∙⋅") UNIFIED.set(sign, "·");

  function fold(text) {
    let plain = "";
    for (const sign of text.normalize("NFKC").toLowerCase()) plain += UNIFIED.get(sign) || sign;
    return plain.replace(DROPPED, "");
  }

  const bare = (folded) => folded.replace(/[()]/g, "");
  const words = (query) => Array.from(new Set(query.split(SPACES).map(fold).filter(Boolean)));

  /* ---- numbers: disclosure/search/digits.py ---- */

  let ALPHABET = "";
  for (let code = 0x21; code < 0x7f; code++) {
    if (!"\x60\\$!~".includes(String.fromCharCode(code))) ALPHABET += String.fromCharCode(code);
  }
  const BASE = ALPHABET.length;
  const [ONE, TWO, THREE] = [20, 71, 87];
  const AFTER_TWO = ONE + (TWO - ONE) * BASE;
  const AFTER_THREE = AFTER_TWO + (THREE - TWO) * BASE * BASE;
  const VALUES = new Map(Array.from(ALPHABET, (digit, value) => [digit, value]));

  function numbers(text) {
    const found = [];
    let at = 0;
    const next = () => VALUES.get(text[at++]);
    while (at < text.length) {
      const first = next();
      if (first < ONE) found.push(first);
      else if (first < TWO) found.push(ONE + (first - ONE) * BASE + next());
      else if (first < THREE) found.push(AFTER_TWO + ((first - TWO) * BASE + next()) * BASE + next());
      else found.push(AFTER_THREE + (((first - THREE) * BASE + next()) * BASE + next()) * BASE + next());
    }
    return found;
  }

  function summed(gaps) {
    let last = -1;
    return gaps.map((gap) => (last += gap + 1));
  }

  function fromBits(text) {
    const found = [];
    for (let cell = 0; cell < text.length; cell++) {
      const six = VALUES.get(text[cell]);
      for (let bit = 0; bit < 6; bit++) if ((six >> bit) & 1) found.push(6 * cell + bit);
    }
    return found;
  }

  /* ---- shards: scripts that call searchShard with their body ---- */

  let arrived = null;
  window.searchShard = (body) => { arrived = body; };

  function loadScript(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const end = (settle, value) => {
        clearTimeout(timer);
        script.onload = script.onerror = null;
        script.remove();
        settle(value);
      };
      const timer = setTimeout(() => end(reject, new Error("timeout: " + address)), PATIENCE);
      script.onload = () => {
        const body = arrived;
        arrived = null;
        if (body === null) end(reject, new Error("empty: " + address));
        else end(resolve, body);
      };
      script.onerror = () => end(reject, new Error("missing: " + address));
      script.charset = "utf-8";
      script.src = address;
      document.head.appendChild(script);
    });
  }

  function unpack(text) {
    const keys = [];
    const values = [];
    let key = "";
    for (const line of text.split("\n")) {
      if (!line) continue;
      const space = line.indexOf(" ");
      key = key.slice(0, VALUES.get(line[0])) + line.slice(1, space);
      keys.push(key);
      values.push(line.slice(space + 1));
    }
    return { keys, values };
  }

  /* The index as its entry describes it; every shard is asked for once. */
  class Index {
    constructor(entry) {
      const lines = entry.split("\n");
      if (lines[0] !== FORMAT) throw new Error("format " + lines[0]);
      this.depth = Number(lines[1]);
      this.size = Number(lines[2]);
      this.folders = { names: lines[3].split(" "), numbers: lines[4].split(" ") };
      this.sections = lines[5].split("\x1f");
      this.places = lines[6].split("\x1f").filter(Boolean);
      this.root = unpack(lines.slice(7).join("\n"));
      this.asked = new Map();
    }

    once(path, read) {
      if (!this.asked.has(path)) {
        const answer = loadScript(ROOT + "search/" + path).then(read);
        answer.catch(() => this.asked.delete(path));
        this.asked.set(path, answer);
      }
      return this.asked.get(path);
    }

    hashed(kind, name, read) {
      return this.once(kind + "/" + name.slice(0, 2) + "/" + name.slice(2) + ".js", read);
    }

    /* The last row that is not after the word, if it is the word or the rare part that the word begins with. */
    async row(word) {
      let level = this.root;
      for (let depth = 0; ; depth++) {
        let low = 0;
        let high = level.keys.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (level.keys[middle] <= word) low = middle + 1;
          else high = middle;
        }
        if (low === 0) return null;
        if (depth === this.depth) {
          const key = level.keys[low - 1];
          return word.startsWith(key) ? { key, value: level.values[low - 1] } : null;
        }
        level = await this.hashed("parts", level.values[low - 1], unpack);
      }
    }

    /* What is known of a word: a common part with its exact entities, or a rare one with all that may have it. */
    async part(word) {
      const row = await this.row(word);
      if (!row) return null;
      if (row.value[0] !== "!") {
        const [named, numbered] = row.value.split("~").map((half) => summed(numbers(half)));
        const every = new Set(named.concat(numbered || []));
        return { word, common: false, total: every.size, whole: row.key === word, every, numbered: new Set(numbered || []) };
      }
      if (row.key !== word) return null;
      const [head, rest, long] = row.value.replace(/^!+/, "").split("~");
      const [total, ...gaps] = numbers(head);
      const best = summed(gaps.slice(0, SUGGESTED));
      const first = best.concat(summed(gaps.slice(SUGGESTED)));
      return { word, common: true, total, best, first, rest, long, inNumbers: row.value[1] === "!" };
    }

    /* The set of all entities of a part. */
    async every(part) {
      if (!part.common) return part.every;
      if (!part.long) return new Set(part.first.concat(summed(numbers(part.rest))));
      return new Set(await this.hashed("lists", part.long, (body) =>
        body[0] === "!" ? fromBits(body.slice(1)) : summed(numbers(body))));
    }

    async line(kind, place) {
      const shard = Math.floor(place / SLOTS);
      const path = kind + "/" + this.folders[kind][Math.floor(shard / this.size)] + "/" + (shard % this.size) + ".js";
      return (await this.once(path, (body) => body.split("\n")))[place % SLOTS] || "";
    }

    async entity(place) {
      const [name, code = "", held = "", short = "", labels = "", former = ""] = (await this.line("names", place)).split("\t");
      const counts = held.replace("#", "").split(",").map(Number);
      const entity = {
        place, name, code, counts,
        address: short[0] === "/" ? short.slice(1) : "entity/" + (short || code.slice(-2) + "/" + code) + ".html",
        labels: labels.split("\x1f").filter(Boolean).map((label) => [TONES[label[0]], label.slice(1)]),
        former: former.split("\x1f").filter(Boolean),
        hasNumbers: held[0] === "#",
        numbers: [],
        numbered: [],
        records: counts.reduce((sum, count) => sum + count, 0),
      };
      entity.texts = [];
      for (const text of [name].concat(entity.former, code).map(fold)) entity.texts.push(text, bare(text));
      return entity;
    }

    async numbersOf(place) {
      let text = "";
      return (await this.line("numbers", place)).split("\x1f").filter(Boolean).map((piece) => {
        text = text.slice(0, VALUES.get(piece[0])) + piece.slice(1);
        return text;
      });
    }
  }

  /* What release.json says, so that a page that a new release left behind can say so; nothing from a disk. */
  function readRelease() {
    if (location.protocol === "file:" || !window.fetch) return Promise.resolve("");
    return inTime(fetch(ROOT + "release.json", { cache: "no-store" }).then((reply) => reply.ok ? reply.text() : "")).catch(() => "");
  }

  let release = null;
  const rememberRelease = () => { release = release || readRelease(); };

  async function isLeftBehind() {
    const [before, now] = await Promise.all([release, readRelease()]);
    return Boolean(before && now && before !== now);
  }

  let opened = null;

  function openIndex(fresh) {
    rememberRelease();
    if (!opened || fresh) {
      const asked = loadScript(ROOT + "search/entry.js" + (fresh ? "?" + Date.now() : "")).then((entry) => new Index(entry));
      asked.catch(() => { if (opened === asked) opened = null; });
      opened = asked;
    }
    return opened;
  }

  /* ---- answers: { total, found: entities in order, rest: () => places of the others } ---- */

  const NOTHING = { total: 0, form: [], found: [], rest: null };

  /* An index published while the page was open takes its shards away: then the entry is read anew, once. */
  async function answer(query, most) {
    try {
      return await answerFrom(await openIndex(false), query, most);
    } catch (error) {
      return answerFrom(await openIndex(true), query, most);
    }
  }

  async function answerFrom(index, query, most) {
    const typed = words(query);
    const plain = typed.map(bare);
    for (const form of typed.join() === plain.join() ? [typed] : [typed, plain]) {
      if (!form.length || form.some((word) => word.length < 2)) continue;
      const result = await answerForm(index, form, most);
      if (result.total) return Object.assign(result, { form, index });
    }
    return Object.assign({}, NOTHING, { index });
  }

  async function answerForm(index, form, most) {
    const parts = await Promise.all(form.map((word) => index.part(word)));
    if (parts.includes(null)) return NOTHING;
    const rare = parts.filter((part) => !part.common);
    if (rare.length) return answerRare(index, form, parts, rare);
    return parts.length === 1 ? answerCommon(index, form, parts[0], most) : answerBoth(index, form, parts, most);
  }

  async function answerRare(index, form, parts, rare) {
    let pool = rare.map((part) => part.every).reduce(common);
    if (pool.size > PLENTY) {
      const probes = await Promise.all(insides(rare).map((word) => index.part(word)));
      if (probes.includes(null)) return NOTHING;
      pool = probes.filter((part) => !part.common).map((part) => part.every).reduce(common, pool);
    }
    const checked = await Promise.all(Array.from(pool, (place) => checkedEntity(index, place, parts)));
    const found = checked.filter(Boolean);
    return { total: found.length, found: ranked(found, form), rest: null };
  }

  /* Ends of the words that begin inside: they narrow the pool for less than the names would cost. */
  function insides(rare) {
    const found = [];
    for (const { word, whole } of rare.slice().sort((a, b) => b.word.length - a.word.length)) {
      if (whole) continue;
      for (const share of [0.5, 0.34, 0.75]) {
        const start = Math.floor(word.length * share);
        if (start && word.length - start >= 2) found.push(word.slice(start));
      }
    }
    return found.slice(0, PROBES);
  }

  /* The entity if its real texts have every word, else null; its numbers are read only where a word may be in them. */
  async function checkedEntity(index, place, parts) {
    const entity = await index.entity(place);
    const open = parts.filter((part) => !entity.texts.some((text) => text.includes(part.word)));
    if (!open.length) return entity;
    if (!entity.hasNumbers) return null;
    if (!open.every((part) => part.common ? part.inNumbers : part.numbered.has(place))) return null;
    await readNumbers(index, entity, parts.map((part) => part.word));
    return open.every((part) => entity.numbered.some((text) => text.includes(part.word))) ? entity : null;
  }

  /* Gives the entity those of its numbers that have any of the words, the ones with most of them first. */
  async function readNumbers(index, entity, form) {
    const hits = (number) => form.filter((word) => bare(fold(number)).includes(word)).length;
    const pairs = (await index.numbersOf(entity.place)).map((number) => [number, hits(number)]);
    entity.numbers = pairs.filter((pair) => pair[1]).sort((a, b) => b[1] - a[1]).map((pair) => pair[0]);
    entity.numbered = entity.numbers.map((number) => bare(fold(number)));
  }

  async function answerCommon(index, form, part, most) {
    const shown = most <= SUGGESTED ? part.best : part.first;
    const found = await Promise.all(shown.map((place) => index.entity(place)));
    const rest = async () => without(await index.every(part), part.first);
    return { total: part.total, found: ranked(found, form), rest };
  }

  async function answerBoth(index, form, parts, most) {
    const places = (await Promise.all(parts.map((part) => index.every(part)))).reduce(common);
    const likely = [].concat(...parts.map((part) => part.first)).filter((place) => places.has(place));
    const first = Array.from(new Set(likely.concat(Array.from(places).slice(0, PAGE)))).slice(0, PAGE);
    const found = await Promise.all(first.map((place) => index.entity(place)));
    if (most > SUGGESTED && parts.every((part) => part.inNumbers)) {
      const open = ranked(found, form).filter((entity) => entity.hasNumbers && !isTogether(entity, form));
      await Promise.all(open.slice(0, NUMBERED).map((entity) => readNumbers(index, entity, form)));
    }
    return { total: places.size, found: ranked(found, form), rest: async () => without(places, first) };
  }

  function common(one, other) {
    return new Set(Array.from(one).filter((place) => other.has(place)));
  }

  function without(places, shown) {
    const taken = new Set(shown);
    return Array.from(places).filter((place) => !taken.has(place));
  }

  /* Whether all words stand in one name or in one number. */
  const isTogether = (entity, form) =>
    entity.texts.concat(entity.numbered).some((text) => form.every((word) => text.includes(word)));

  function ranked(found, form) {
    const joined = form.join("");
    const nearness = (entity) => {
      if (entity.texts.includes(joined)) return 0;
      return entity.texts.some((text) => text.startsWith(form[0])) ? 1 : 2;
    };
    return found.map((entity) => ({ entity, near: (isTogether(entity, form) ? 0 : 3) + nearness(entity) })).sort((a, b) =>
      a.near - b.near || b.entity.records - a.entity.records || a.entity.name.length - b.entity.name.length ||
      (a.entity.address < b.entity.address ? -1 : 1)).map((pair) => pair.entity);
  }

  /* ---- names that are near, for a query that has no exact answer ---- */

  const LEGAL_FORM = /(?:股份|有限|责任|集团|公司|分公司|(?:农民)?(?:专业)?合作社|厂|店)+$/;
  const PROVINCE = /^[^省]{2,3}省/;

  /* What is particular in a text: without places and legal forms, in pieces of two characters or more. */
  function particular(index, text) {
    let pieces = [text.replace(PROVINCE, "")];
    for (const place of index.places) {
      pieces = [].concat(...pieces.map((piece) => piece.split(place).map((after, at) => at ? after.replace(/^[市区县旗盟州]/, "") : after)));
    }
    return pieces.map((piece) => piece.replace(LEGAL_FORM, "")).filter((piece) => piece.length > 1);
  }

  /* Every two neighbours of a piece; of long runs of letters and figures every four. */
  function grams(piece) {
    const found = [];
    for (const run of piece.match(/[\da-z]{4,}|(?:(?![\da-z]{4})[^])+/g) || []) {
      const size = /^[\da-z]{4}/.test(run) ? 4 : 2;
      for (let at = 0; at + size <= run.length; at++) found.push(run.slice(at, at + size));
    }
    return found;
  }

  function spread(items, most) {
    if (items.length <= most) return items;
    return Array.from({ length: most }, (_, at) => items[Math.round(at * (items.length - 1) / (most - 1))]);
  }

  /* At most NEAR entities whose names have much of what is particular in the query, the nearest first. */
  async function nearTo(index, query) {
    const plain = words(query).map(bare);
    const kept = [].concat(...plain.map((word) => particular(index, word)));
    const pieces = kept.length ? kept : plain;
    const form = Array.from(new Set([].concat(...pieces.map(grams))));
    if (!form.length) return { found: [], form };
    const most = index.folders.names.length * index.size * SLOTS;
    const probes = await Promise.all(spread(form, NEAR_PROBES).map(async (word) => ({ word, part: await index.part(word) })));
    const weigh = (total) => Math.log(1 + most / Math.max(1, total));
    const weights = new Map(probes.map(({ word, part }) => [word, weigh(part ? part.total : 0)]));
    const parts = probes.map(({ part }) => part).filter(Boolean).sort((a, b) => a.total - b.total);
    const scores = new Map();
    await Promise.all(parts.map(async (part, at) => {
      const places = part.long && at >= NEAR_LISTS ? part.first : await index.every(part);
      places.forEach((place) => scores.set(place, (scores.get(place) || 0) + weights.get(part.word)));
    }));
    const likely = Array.from(scores).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, NEAR);
    const worth = likely.filter((pair) => pair[1] >= likely[0][1] * WORTH);
    const entities = await Promise.all(worth.map((pair) => index.entity(pair[0])));
    return { found: nearest(index, entities, pieces, weights), form };
  }

  /* Most of the weight is that of shared neighbours, some that of shared characters: a wrong one breaks two pairs. */
  function nearest(index, entities, pieces, weights) {
    const signs = Array.from(new Set(pieces.join("")));
    const whole = Array.from(weights.values()).reduce((sum, weight) => sum + weight, 0);
    const length = pieces.join("").length;
    const likeness = (entity) => Math.max(...entity.texts.map((text) => {
      const rest = particular(index, text).join("");
      let shared = 0;
      weights.forEach((weight, word) => { if (text.includes(word) || rest.includes(word)) shared += weight; });
      return 0.6 * shared / whole + 0.4 * signs.filter((sign) => text.includes(sign)).length / signs.length -
        Math.abs(rest.length - length) / 1000;
    }));
    return entities.map((entity) => ({ entity, like: likeness(entity) })).filter((pair) => pair.like >= ALIKE)
      .sort((a, b) => b.like - a.like || b.entity.records - a.entity.records || (a.entity.address < b.entity.address ? -1 : 1))
      .map((pair) => pair.entity);
  }

  /* ---- drawing ---- */

  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  /* The text as nodes, with the parts that the words match in <mark>. */
  function marked(text, form, shapes = [fold, (sign) => bare(fold(sign))]) {
    const signs = Array.from(text);
    const hits = new Array(signs.length).fill(false);
    for (const shape of shapes) {
      const owners = [];
      let folded = "";
      signs.forEach((sign, at) => {
        for (const unit of shape(sign).split("")) {
          folded += unit;
          owners.push(at);
        }
      });
      for (const word of form) {
        for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
          for (let owner = owners[at]; owner <= owners[at + word.length - 1]; owner++) hits[owner] = true;
        }
      }
    }
    const nodes = [];
    for (let at = 0, end; at < signs.length; at = end) {
      for (end = at; end < signs.length && hits[end] === hits[at];) end++;
      const piece = signs.slice(at, end).join("");
      nodes.push(hits[at] ? element("mark", "", piece) : piece);
    }
    return nodes;
  }

  const has = (text, form) => form.some((word) => fold(text).includes(word) || bare(fold(text)).includes(word));

  function resultItem(entity, form, sections) {
    const link = element("a", "result-name", ...marked(entity.name, form));
    link.href = ROOT + entity.address;
    const item = element("li", "result", link);
    if (entity.labels.length) {
      const labels = entity.labels.map(([tone, label]) => element("span", "result-label tone-" + tone, label));
      item.append(" ", element("span", "result-labels", ...[].concat(...labels.map((label) => [label, " "]))));
    }
    if (entity.code) item.append(element("p", "result-code", "统一社会信用代码：", ...marked(entity.code, form)));
    for (const name of entity.former.filter((former) => has(former, form))) {
      item.append(element("p", "result-former", "曾用名：", ...marked(name, form)));
    }
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
    const articles = document.querySelector(".article-hits") || near;
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
      const written = showArticles(query);
      try {
        if (!short && query.trim()) {
          const result = await answer(query, PAGE);
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

    /* No exact answer: names that are near, articles, and below them what may help. */
    async function drawNothing(index, query, written, isCurrent) {
      const { found, form } = await nearTo(index, query).catch(() => ({ found: [], form: [] }));
      if (!isCurrent()) return;
      const alike = found.length ? "；名称相近的 " + found.length + " 条" : "";
      near.hidden = !found.length;
      near.lastElementChild.append(...found.map((entity) => {
        const item = resultItem(entity, form, index.sections);
        item.firstElementChild.after(" ", element("span", "near", "相近"));
        return item;
      }));
      say("共 0 条结果" + alike);
      articles.after(help);
      help.append(...helpful(query, found.length));
      written.then((count) => {
        if (count && isCurrent()) say("信用主体 0 条；文章 " + (count < ARTICLES ? "" : "至少 ") + count + " 篇" + alike);
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

  /* Why a query cannot be answered, or nothing. */
  function refusal(query) {
    const typed = words(query);
    const short = typed.find((word) => word.length < 2 && bare(word) === word);
    if (query.trim() && !typed.length) return "请输入名称、统一社会信用代码或文号中的至少两个字。";
    if (short === undefined) return "";
    return typed.length > 1 ? "每个词至少要两个字：“" + short + "”太短。" : "请至少输入两个字。";
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
        const result = await answer(query, SUGGESTED);
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
        const option = element("li", "suggestion", element("span", "suggestion-name", ...marked(entity.name, form)));
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

  /* ---- articles: Pagefind over our own pairs of characters; over HTTP only ---- */

  let library = null;
  window.searchArticles = (module) => { arrived = module; };

  function openArticles(fresh) {
    rememberRelease();
    if (!library || fresh) {
      const asked = loadScript(ROOT + "pagefind/entry.js" + (fresh ? "?" + Date.now() : ""))
        .then((folder) => loadScript(ROOT + "pagefind/" + folder + "/open.js"))
        .then((module) => inTime(module));
      asked.catch(() => { if (library === asked) library = null; });
      library = asked;
    }
    return library;
  }

  function inTime(promise) {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("timeout")), PATIENCE);
      Promise.resolve(promise).then(resolve, reject);
    });
  }

  /* A text as the index has it: every two neighbours of a run without signs between them. */
  function pairs(text) {
    const found = [];
    for (const run of text.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu) || []) {
      const signs = Array.from(run);
      if (signs.length === 1) found.push(run);
      for (let at = 0; at + 1 < signs.length; at++) found.push(signs[at] + signs[at + 1]);
    }
    return found;
  }

  /* A pair as a word of plain letters: Pagefind cuts Chinese words anew and would lose some. */
  function token(pair) {
    let letters = "";
    for (const unit of pair.split("")) {
      for (const digit of ("000" + unit.charCodeAt(0).toString(16)).slice(-4)) letters += "abcdefghijklmnop"[parseInt(digit, 16)];
    }
    return Array.from(pair).length > 1 ? letters : "q" + letters;
  }

  let articleTurn = 0;

  /* Lists the articles that a query finds and returns their number. */
  async function showArticles(query) {
    const place = document.getElementById("articles");
    if (!place) return 0;
    const mine = ++articleTurn;
    const tell = (...content) => {
      place.textContent = "";
      place.append(element(isList(place) ? "li" : "p", "article-note", ...content));
    };
    let count = 0;
    place.textContent = "";
    place.removeAttribute("aria-busy");
    if (!query.trim() || refusal(query)) return count;
    if (location.protocol === "file:") {
      tell("文章全文查询需要打开网站（http）；从磁盘打开时只能查询信用主体。");
      return count;
    }
    place.setAttribute("aria-busy", "true");
    try {
      const hits = await findArticles(query, false).catch(() => findArticles(query, true));
      if (mine !== articleTurn) return 0;
      count = hits.length;
      if (!count) tell("没有相符的文章。");
      else place.append(...(isList(place) ? hits : [element("ol", "", ...hits)]));
    } catch (error) {
      const old = await isLeftBehind();
      if (mine !== articleTurn) return 0;
      tell(...(old ? [RENEWED, reloadButton()] : ["文章全文查询暂时不可用。"]));
    }
    if (mine === articleTurn) place.setAttribute("aria-busy", "false");
    return count;
  }

  const isList = (place) => /^[OU]L$/.test(place.tagName);

  const squeezed = (text) => (text.normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu) || []).join("");

  /* Pagefind gives the articles that have all pairs; those that have the words themselves are kept. */
  async function findArticles(query, fresh) {
    const asked = query.split(SPACES).map(squeezed).filter(Boolean);
    const cut = [].concat(...query.split(SPACES).map(pairs));
    const whole = cut.filter((pair) => Array.from(pair).length > 1);
    if (!cut.length) return [];
    const pagefind = await openArticles(fresh);
    const { results } = await inTime(pagefind.search((whole.length ? whole : cut).map(token).join(" ")));
    const hits = [];
    for (let at = 0; at < Math.min(results.length, ARTICLES_READ) && hits.length < ARTICLES; at += ARTICLES) {
      const data = await inTime(Promise.all(results.slice(at, at + ARTICLES).map((result) => result.data())));
      hits.push(...data.map((one) => one.meta).filter((meta) => asked.every((word) => squeezed(meta.title + meta.content).includes(word))));
    }
    return hits.slice(0, ARTICLES).map((meta) => articleItem(meta, asked));
  }

  function articleItem({ address, title, date, content }, asked) {
    const link = element("a", "result-name", ...marked(title, asked, [squeezed]));
    link.href = ROOT + address;
    const item = element("li", "result", link);
    if (date) item.append(" ", element("span", "result-date", date));
    item.append(element("p", "result-excerpt", ...marked(excerpt(content, asked), asked, [squeezed])));
    return item;
  }

  /* Some ninety characters about the first word that is found. */
  function excerpt(text, asked) {
    const signs = Array.from(text);
    const owners = [];
    let plain = "";
    signs.forEach((sign, at) => {
      for (const unit of squeezed(sign)) {
        plain += unit;
        owners.push(at);
      }
    });
    const at = asked.map((word) => plain.indexOf(word)).find((found) => found >= 0) || 0;
    const start = Math.max(0, (owners[at] || 0) - 30);
    const end = start + 90;
    return (start ? "…" : "") + signs.slice(start, end).join("") + (end < signs.length ? "…" : "");
  }

  /* ---- start ---- */

  if (typeof module === "object" && module.exports) {
    module.exports = { fold, bare, words, pairs, token };
    return;
  }
  boxes().forEach(startSuggestions);
  const results = document.getElementById("results");
  if (results) startResults(results);
})();
