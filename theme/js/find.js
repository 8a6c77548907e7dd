/* 找信用主体：读 search/ 下的分片（脚本），不需要服务器，也可从磁盘打开。格式见 disclosure/search/，说明见 docs/search.md。
   只有查找，不碰页面；别的脚本用 window.siteSearch 调用：find(查询词) 得到 { total, found, rest }；没有完全相符的，near.js 找相近的。 */
(function () {
  "use strict";

  const FORMAT = "4";
  const EPOCH = 2000;
  const FIRST = 0x4e00;
  const TONES = ["plain", "licence", "penalty", "blacklist", "honour"];
  const ROOT = document.documentElement.dataset.root || "";
  const PAGE = 50;
  const SLOTS = 8;
  const SUGGESTED = 8;
  const PLENTY = 12;
  const NUMBERED = 24;
  const PATIENCE = 15000;

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

  /* Characters that are one for the search, each with what it is folded to: disclosure/search/variants.py. */
  function learn(pairs) {
    for (let at = 0; at < pairs.length; at += 2) UNIFIED.set(pairs[at], pairs[at + 1]);
  }

  const isSpelled = (word) => /^[a-z]{2,}$/.test(word);
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

  /* Gaps by Golomb and Rice: the first digit says how many low bits each has. */
  function fromSparse(text) {
    const found = [];
    const low = VALUES.get(text[0]);
    let value = -1;
    let high = 0;
    let rest = 0;
    let wanted = -1;
    for (let cell = 1; cell < text.length; cell++) {
      const six = VALUES.get(text[cell]);
      for (let bit = 0; bit < 6; bit++) {
        const flag = (six >> bit) & 1;
        if (wanted < 0 && !flag) {
          high++;
          continue;
        }
        if (wanted < 0) wanted = low;
        else {
          rest = rest * 2 + flag;
          wanted--;
        }
        if (wanted) continue;
        found.push(value += high * (1 << low) + rest + 1);
        high = rest = 0;
        wanted = -1;
      }
    }
    return found;
  }

  /* A long list: the characters with which longer parts go on, if it is put together from theirs, and its own entities. */
  function readList(body) {
    const at = body.indexOf("\n");
    const own = body.slice(at + 1);
    return { longer: at < 0 ? [] : body.slice(0, at).split(""), own: own[0] === "!" ? fromBits(own.slice(1)) : own ? fromSparse(own) : [] };
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

  const SIGNS = [];
  for (const [from, to] of [[0x01, 0x09], [0x0f, 0x1f], [0x780, 0x800]]) for (let code = from; code < to; code++) SIGNS.push(String.fromCharCode(code));
  const SIGN = /\x0e([^])|[\x01-\x08\x0f-\x1e\u0780-\u07ff]/g;

  function rarePart(word, key, every, numbered) {
    return { word, key, start: 0, common: false, total: every.length, every: new Set(every), numbered: new Set(numbered) };
  }

  /* The index as its entry describes it; every shard is asked for once. */
  class Index {
    constructor(entry) {
      const lines = entry.split("\n");
      if (lines[0] !== FORMAT) throw new Error("format " + lines[0]);
      [this.depth, this.size, this.share] = lines[1].split(" ").map(Number);
      this.folders = { names: lines[2].split(" "), numbers: lines[3].split(" ") };
      const fields = (line) => line.split("\x1f").filter(Boolean);
      this.sections = fields(lines[4]);
      this.districts = fields(lines[5]).map((one) => one.split(" "));
      this.places = fields(lines[6]);
      this.words = new Map(fields(lines[7]).map((word, at) => [SIGNS[at], word]));
      [this.variants, this.sounds] = lines[8].split(" ");
      this.unlike = fromSparse(lines[9]).map((at) => String.fromCharCode(FIRST + at));
      this.isUnlike = new Set(this.unlike);
      learn(lines[10]);
      this.root = unpack(lines.slice(11).join("\n"));
      this.asked = new Map();
      this.spoken = null;
    }

    /* Reads what the comparison with a query needs and most do without: traditional characters, pinyin. */
    async prepare(query) {
      const signs = Array.from(query.normalize("NFKC"));
      const told = [];
      if (signs.some((sign) => this.isUnlike.has(sign) && !UNIFIED.has(sign))) {
        told.push(this.hashed("tables", this.variants, (shapes) => this.unlike.forEach((sign, at) => UNIFIED.set(sign, shapes[at]))));
      }
      if (words(query).some(isSpelled)) told.push(this.learnSounds());
      await Promise.all(told);
    }

    /* The syllables of characters that stand alone: disclosure/search/sounds.py. */
    learnSounds() {
      return this.hashed("tables", this.sounds, (body) => {
        this.syllables = [];
        this.spoken = new Map();
        for (const line of body.split("\n")) {
          const syllable = /^[a-z]+/.exec(line)[0];
          this.syllables.push(syllable);
          for (const sign of line.slice(syllable.length)) this.spoken.set(sign, syllable);
        }
      });
    }

    /* One reading a character: a syllable, a letter, " " for what is passed over, "" for what parts the words. */
    reading(sign) {
      const folded = fold(sign);
      return this.spoken.get(sign) || (/^[a-z]$/.test(folded) ? folded : bare(folded) ? "" : " ");
    }

    readings(entity) {
      const turned = new Map();
      for (let at = 0; at < entity.turns.length; at += 2) turned.set(entity.turns[at], this.syllables[entity.turns[at + 1]]);
      let before = 0;
      return [entity.name].concat(entity.former).map((name) => {
        const signs = Array.from(name);
        before += signs.length;
        return signs.map((sign, at) => turned.get(before - signs.length + at) || this.reading(sign));
      });
    }

    /* The pinyin of each run of the names in full, with where syllables begin, and its initials. */
    spellings(entity) {
      const found = [];
      for (const syllables of this.readings(entity)) {
        let run = [];
        for (const syllable of syllables.concat("")) {
          if (syllable === " ") continue;
          if (syllable) run.push(syllable);
          else if (run.length) {
            const begins = new Set();
            run.reduce((at, one) => (begins.add(at), at + one.length), 0);
            found.push({ letters: run.join(""), begins }, { letters: run.map((one) => one[0]).join(""), begins: null });
            run = [];
          }
        }
      }
      return found;
    }

    /* A text in which signs stand for words: disclosure/search/shorthand.py. */
    spelled(text) {
      return text.replace(SIGN, (sign, quoted) => quoted || this.words.get(sign) || "");
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
      return this.once(kind + "/" + name[0] + "/" + name.slice(1) + ".js", read);
    }

    /* The row that begins with the word, else the one with which the word begins. */
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
        if (depth === this.depth) {
          const before = level.keys[low - 1] || "";
          const after = level.keys[low] || "";
          const key = before !== word && after.startsWith(word) ? after : before;
          return key && (key.startsWith(word) || word.startsWith(key)) ? { key, value: level.values[key === before ? low - 1 : low] } : null;
        }
        if (low === 0) return null;
        level = await this.hashed("parts", level.values[low - 1], unpack);
      }
    }

    /* What one row knows of a word: a common part with its exact entities, or a rare one with all that may have it. */
    async one(word) {
      const row = await this.row(word);
      if (!row) return null;
      const { key, value } = row;
      const within = key.startsWith(word);
      if (value[0] !== "!") {
        const [named, numbered] = value.split("~").map((half) => summed(numbers(half)));
        return rarePart(word, key, named.concat(numbered || []), numbered || []);
      }
      if (value[1] === "~") return within ? Object.assign({}, await this.one(value.slice(2) + key), { word }) : null;
      const [head, rest, long] = value.replace(/^!+/, "").split("~");
      const [total, ...gaps] = numbers(head);
      if (!within && total > this.share) return null;
      const best = summed(gaps.slice(0, SUGGESTED));
      const first = best.concat(summed(gaps.slice(SUGGESTED)));
      const inNumbers = value[1] === "!";
      const all = long ? null : first.concat(summed(numbers(rest)));
      if (!within) return rarePart(word, key, all, inNumbers ? all : []);
      return { word, key, common: true, total, best, first, all, long, inNumbers };
    }

    /* What is known of a word; null where no entity has it. Of what is rare only the shortest rare parts are listed: one of
       them lies in every rare word, at the last place from which the word is still rare. */
    async part(word) {
      const found = await this.one(word);
      let low = 0;
      let high = word.length - 1;
      while (!found && high - low > 1) {
        const middle = (low + high) >> 1;
        const part = await this.one(word.slice(middle));
        if (part && part.common && part.total > this.share) high = middle;
        else if (!part) low = middle;
        else {
          const all = part.common ? part.all : Array.from(part.every);
          const numbered = part.common ? (part.inNumbers ? all : []) : Array.from(part.numbered);
          return Object.assign(rarePart(word, part.key, all, numbered), { start: middle });
        }
      }
      return found;
    }

    /* The set of all entities of a part. */
    async every(part) {
      if (!part.common) return part.every;
      if (!part.long) return new Set(part.all);
      const { longer, own } = await this.hashed("lists", part.long, readList);
      const found = new Set(own);
      const parts = await Promise.all(longer.map((sign) => this.one(part.key + sign)));
      for (const places of await Promise.all(parts.filter(Boolean).map((one) => this.every(one)))) places.forEach((place) => found.add(place));
      return found;
    }

    async line(kind, place) {
      const shard = Math.floor(place / SLOTS);
      const path = kind + "/" + this.folders[kind][Math.floor(shard / this.size)] + "/" + (shard % this.size) + ".js";
      return (await this.once(path, (body) => body.split("\n").map((line) => this.spelled(line))))[place % SLOTS] || "";
    }

    async entity(place) {
      const [name, code = "", held = "", facets = "", short = "", labels = "", former = "", turns = ""] = (await this.line("names", place)).split("\t");
      const counts = held.replace("#", "").split(",").map(Number);
      const entity = {
        place, name, code, counts,
        address: short[0] === "/" ? short.slice(1) : "entity/" + (short || code.slice(-2) + "/" + code) + ".html",
        labels: labels.split("\x1f").filter(Boolean).map((label) => [TONES[label[0]], label.slice(1)]),
        former: former.split("\x1f").filter(Boolean),
        turns: numbers(turns),
        district: this.districts[VALUES.get(facets[0]) - 1] || null,
        years: Array.from(facets.slice(1), (digit) => EPOCH + VALUES.get(digit)),
        hasNumbers: held[0] === "#",
        numbers: [],
        numbered: [],
        records: counts.reduce((sum, count) => sum + count, 0),
      };
      entity.texts = [];
      for (const text of [name].concat(entity.former, code).map(fold)) entity.texts.push(text, bare(text));
      entity.readings = () => this.spoken ? this.readings(entity) : [];
      entity.spellings = this.spoken ? this.spellings(entity) : [];
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

  function inTime(promise) {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("timeout")), PATIENCE);
      Promise.resolve(promise).then(resolve, reject);
    });
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
    await index.prepare(query);
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
    for (const piece of pool.size > PLENTY ? pieces(rare) : []) {
      if (pool.size <= PLENTY) break;
      const part = await index.part(piece);
      if (!part) return NOTHING;
      if (!part.common) pool = common(pool, part.every);
      else if (part.all) pool = common(pool, new Set(part.all));
    }
    const checked = await Promise.all(Array.from(pool, (place) => checkedEntity(index, place, parts)));
    const found = checked.filter(Boolean);
    return { total: found.length, found: ranked(found, form), rest: null };
  }

  /* What of rare words lies before and behind the part that was found in them: it narrows the pool for less than names cost. */
  function pieces(rare) {
    const found = [];
    for (const { word, key, start } of rare.slice().sort((a, b) => b.word.length - a.word.length)) {
      if (word === key) continue;
      if (!isSpelled(word)) found.push(word.slice(start + 1)); // pinyin may begin only where a syllable does
      found.push(word.slice(0, start + key.length - 1));
    }
    return found.filter((piece) => piece.length > 1);
  }

  /* The entity if its real texts have every word, else null; its numbers are read only where a word may be in them. */
  async function checkedEntity(index, place, parts) {
    const entity = await index.entity(place);
    const open = parts.filter((part) => !entity.texts.some((text) => text.includes(part.word)) && !isHeard(entity, part.word));
    if (!open.length) return entity;
    if (!entity.hasNumbers) return null;
    if (!open.every((part) => part.common ? part.inNumbers : part.numbered.has(place))) return null;
    await readNumbers(index, entity, parts.map((part) => part.word));
    return open.every((part) => entity.numbered.some((text) => text.includes(part.word))) ? entity : null;
  }

  /* Whether the letters are in the pinyin of a name from the beginning of a syllable, or in its initials. */
  const isHeard = (entity, word) => isSpelled(word) && entity.spellings.some((one) => begins(one, word));

  function begins({ letters, begins: starts }, word) {
    let at = letters.indexOf(word);
    while (at >= 0 && starts && !starts.has(at)) at = letters.indexOf(word, at + 1);
    return at >= 0;
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
    entity.texts.concat(entity.numbered).some((text) => form.every((word) => text.includes(word))) ||
    entity.spellings.some((one) => form.every((word) => begins(one, word)));

  function ranked(found, form) {
    const joined = form.join("");
    const nearness = (entity) => {
      const texts = entity.texts.concat(entity.spellings.map((one) => one.letters));
      if (texts.includes(joined)) return 0;
      return texts.some((text) => text.startsWith(form[0])) ? 1 : 2;
    };
    return found.map((entity) => ({ entity, near: (isTogether(entity, form) ? 0 : 3) + nearness(entity) })).sort((a, b) =>
      a.near - b.near || b.entity.records - a.entity.records || a.entity.name.length - b.entity.name.length ||
      (a.entity.address < b.entity.address ? -1 : 1)).map((pair) => pair.entity);
  }

  /* Why a query cannot be answered, or nothing. */
  function refusal(query) {
    const typed = words(query);
    const short = typed.find((word) => word.length < 2 && bare(word) === word);
    if (query.trim() && !typed.length) return "请输入名称、统一社会信用代码或文号中的至少两个字。";
    if (short === undefined) return "";
    return typed.length > 1 ? "每个词至少要两个字：“" + short + "”太短。" : "请至少输入两个字。";
  }

  /* The answer to a query: how many entities have every word, the first of them by rank, and how to get the rest. */
  const find = (query, most) => answer(query, most || PAGE);

  window.siteSearch = {
    ROOT, PAGE, SLOTS, SPACES, find, refusal, openIndex, loadScript, isLeftBehind, rememberRelease, inTime, ranked, fold, bare, words, learn, isSpelled,
  };
  if (typeof module === "object" && module.exports) module.exports = window.siteSearch;
})();
