/* 找信用主体：读 search/ 下的分片（脚本），不需要服务器，也可从磁盘打开。格式见 disclosure/search/，说明见 docs/search.md。
   只有查找，不碰页面；别的脚本用 window.siteSearch 调用：find(查询词) 得到 { total, found, rest }；没有完全相符的，near.js 找相近的。 */
(function () {
  "use strict";

  const FORMAT = "7";
  const EPOCH = 2000;
  const FIRST = 0x4e00;
  const TURNS = 0x100;
  const TONES = ["plain", "licence", "penalty", "blacklist", "honour"];
  const ROOT = document.documentElement.dataset.root || "";
  const PAGE = 50;
  const SLOTS = 8;
  const SUGGESTED = 8;
  const SHORT = 8; // characters that are gaps, where few have a part
  const SOUNDS = 2; // of letters alone so many times as many entities share a rare part
  const PLENTY = 12;
  /* What bounds a query; disclosure/search/bound.py says what it comes to. */
  const MOST_WORDS = 8;
  const MOST_SIGNS = 100;
  const STEPS = 12; // so many rows are looked up at most to narrow those that may have a word
  const STEP_LISTS = 16; // and so many lists are read for it,
  const ONE_LIST = 8; // so many for one that is put together from others
  const CHECKED = 200; // so few are checked where the next list costs more
  const NUMBERED = 24; // so many numbers are read to rank
  const NAME = 200; // bytes that it costs to read a name
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

  /* The characters of GB 2312 in its order, from one row to another: those of the first level are in order of pinyin. */
  function plane(first, last) {
    const bytes = [];
    for (let row = first; row <= last; row++) for (let cell = 0xa1; cell < 0xff; cell++) bytes.push(row, cell);
    return new TextDecoder("gbk").decode(new Uint8Array(bytes)).replace(/[^\u4e00-\u9fff]/g, "");
  }

  /* Whether a character may be one that is folded to another and was not learnt: one that is not of GB 2312. */
  let simple = "";
  const isStrange = (sign) =>
    sign >= "\u4e00" && sign <= "\u9fff" && !UNIFIED.has(sign) && !(simple = simple || plane(0xb0, 0xf7)).includes(sign);

  const isSpelled = (word) => /^[a-z]{3,}$/.test(word);
  const bare = (folded) => folded.replace(/[()]/g, "");
  const words = (query) => Array.from(new Set(query.split(SPACES).map(fold).filter(Boolean)));

  /* ---- numbers: disclosure/search/digits.py ---- */

  const ascii = (from, without) =>
    Array.from({ length: 0x80 - from }, (_, at) => String.fromCharCode(from + at)).filter((sign) => !without.includes(sign));
  const ALPHABET = ascii(0x21, "\x60\\$!~\x7f");
  const DIGITS = ascii(1, "\x60\\$!~ \r\n");
  const BASE = DIGITS.length;
  const [ONE, TWO, THREE] = [5, 110, 118];
  const AFTER_TWO = ONE + (TWO - ONE) * BASE;
  const AFTER_THREE = AFTER_TWO + (THREE - TWO) * BASE * BASE;
  const valued = (digits) => new Map(digits.map((digit, value) => [digit, value]));
  const VALUES = valued(ALPHABET);
  const SEVENS = valued(DIGITS.concat(Array.from(" !~¡¢£¤¥¦"))).set("§", 121);
  const FIGURES = valued(DIGITS.filter((digit) => digit !== "\t" && digit !== "@"));

  const fromFigures = (text) => text.split("").reduce((value, figure) => value * FIGURES.size + FIGURES.get(figure), 0);

  /* With how many digits a number is written that begins so. */
  const digits = (text) => [ONE, TWO, THREE].reduce((size, least) => size + (SEVENS.get(text[0]) >= least ? 1 : 0), 1);

  function numbers(text) {
    const found = [];
    let at = 0;
    const next = () => SEVENS.get(text[at++]);
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
      const seven = SEVENS.get(text[cell]) ^ 85;
      for (let bit = 0; bit < 7; bit++) if ((seven >> bit) & 1) found.push(7 * cell + bit);
    }
    return found;
  }

  /* Gaps by Golomb and Rice; lowOf(n) is how many low bits the n-th has. */
  function fromRice(text, lowOf) {
    const found = [];
    let gap = 0;
    let wanted = -1;
    for (let cell = 0; cell < text.length; cell++) {
      const seven = SEVENS.get(text[cell]);
      for (let bit = 0; bit < 7; bit++) {
        const flag = (seven >> bit) & 1;
        if (wanted >= 0) {
          gap = gap * 2 + flag;
          wanted--;
        } else if (flag) wanted = lowOf(found.length);
        else gap++;
        if (wanted) continue;
        found.push(gap);
        gap = 0;
        wanted = -1;
      }
    }
    return found;
  }

  const lowBits = (count, size) => 31 - Math.clz32(Math.max(1, Math.floor(Math.floor(size * 11 / 16) / count)));

  /* The first digit says how many low bits each gap has. */
  const fromSparse = (text) => summed(fromRice(text.slice(1), () => SEVENS.get(text[0])));

  /* The entities of a rare part: at most two stand as gaps. */
  const fromFew = (text) => text.length > SHORT ? fromSparse(text) : summed(numbers(text));

  /* A long list: its own entities, and the characters that stand before or after the part in others of which it is put together. */
  function readList(body) {
    const lines = body.split("\n");
    const own = lines.pop();
    const [after, before] = lines.map((signs) => signs.split(""));
    return { before: before || [], after: after || [], own: own[0] === "!" ? fromBits(own.slice(1)) : own ? fromSparse(own) : [] };
  }

  /* ---- shards: scripts that hand their body to S, as a template ---- */

  let arrived = null;
  window.S = (bodies) => { arrived = bodies[0]; };

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

  /* Words by their signs: of names from 0x780 on, of numbers from 0x530 on; common characters of names by two letters.
     disclosure/search/shorthand.py. */
  const LEADS = "abcdefghijklmnopqrstuvwxyz[]^_{|}";
  const SIGN = /\x0e([^])|[a-z[\]^_{|}][^]|[\x01-\x08\x0f-\x1e\u0530-\u07ff]/g;
  const signed = (words, from) => new Map(words.map((word, at) => [String.fromCharCode(at < 8 ? at + 1 : at < 24 ? at + 7 : at - 24 + from), word]));

  /* ---- credit codes and numbers: disclosure/search/credit.py, numbered.py ---- */

  const CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
  const creditDigit = (code) => CREDIT[(31 - CREDIT_WEIGHTS.reduce((sum, weight, at) => sum + weight * CREDIT.indexOf(code[at]), 0) % 31) % 31];

  /* The code of a head and of the figures for the organisation, with both check digits. */
  function wholeCode(head, figures) {
    let value = fromFigures(figures);
    let body = "";
    for (; body.length < 8; value = Math.floor(value / 31)) body = CREDIT[value % 31] + body;
    const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce((total, weight, at) => total + weight * parseInt(body[at], 36), 0);
    const first = head + body + "0123456789X0"[11 - sum % 11];
    return first + creditDigit(first);
  }

  const TOKEN = /\x0e[^]|[\x04-\x08\x0f-\x1e](?: |[^]{2})|~[^]{4}|[^]/g;

  /* A word that few have, or that is looked for among those of the part `source`. */
  const rarePart = (word, key, every, numbered) =>
    ({ word, key, start: 0, common: false, total: every.length, every: new Set(every), numbered: new Set(numbered) });
  const within = (word, source) => Object.assign({}, source, { word, start: 0, common: false, source });

  /* The index as its entry describes it; every shard is asked for once. */
  class Index {
    constructor(entry) {
      const lines = entry.split("\n");
      if (lines[0] !== FORMAT) throw new Error("format " + lines[0]);
      [this.depth, this.size, this.share, this.table] = lines[1].split(" ").map(Number);
      const folders = (line) => line.match(/.{8}/g) || [];
      this.folders = { names: folders(lines[2]), numbers: folders(lines[3]) };
      const fields = (line) => line.split("\x1f").filter(Boolean);
      this.sections = fields(lines[4]);
      this.districts = fields(lines[5]).map((one) => one.split(" "));
      this.places = fields(lines[6]);
      const seconds = Array.from(FIGURES.keys());
      this.words = new Map(plane(0xb0, 0xd7).split("").map((sign, at) => [LEADS[Math.floor(at / seconds.length)] + seconds[at % seconds.length], sign]));
      signed(lines[7].split("\x1f"), 0x780).forEach((word, sign) => this.words.set(sign, word));
      [this.variants, this.sounds, this.said] = lines[8].split(" ");
      learn(lines[9]);
      this.root = unpack(lines.slice(10).join("\n"));
      this.asked = new Map();
      this.spoken = null;
    }

    /* Reads what the comparison with a query needs and most do without: traditional characters, pinyin. */
    async prepare(query) {
      const told = [];
      if (/[\u4e00-\u9fff]/.test(query) && Array.from(query.normalize("NFKC")).some(isStrange)) {
        told.push(this.hashed("tables", this.variants, (body) => {
          const [distances, shapes] = body.split("\n");
          fromSparse(distances).forEach((at, place) => UNIFIED.set(String.fromCharCode(FIRST + at), shapes[place]));
        }));
      }
      if (words(query).some(isSpelled)) told.push(this.learnSounds());
      await Promise.all(told);
    }

    /* The syllables of characters that stand alone: disclosure/search/sounds.py. */
    learnSounds() {
      return this.hashed("tables", this.sounds, (body) => {
        const [runs, ...lines] = body.split("\n");
        const common = plane(0xb0, 0xd7);
        let at = 0;
        this.syllables = [];
        this.spoken = new Map();
        runs.replace(/([a-z]+)(\d+)/g, (run, syllable, count) => {
          for (const sign of common.slice(at, at += Number(count))) this.spoken.set(sign, syllable);
        });
        for (const line of lines) {
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
    spelled(text, words) {
      return text.replace(SIGN, (sign, quoted) => quoted || words.get(sign) || sign);
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

    /* What one row knows of a word: a common part with its exact entities, or one with all that may have it. The index
       is divided no further where a part `ends`. */
    async one(word) {
      const row = await this.row(word);
      if (!row) return null;
      const { key, value } = row;
      const inside = key.startsWith(word);
      const marks = /^!*/.exec(value)[0].length;
      const body = value.slice(marks);
      if (!marks) {
        const [named, numbered] = body.split("~").map(fromFew);
        return rarePart(word, key, named.concat(numbered || []), numbered || []);
      }
      if (body[0] === "~") {
        if (!inside && marks < 3) return null;
        const longer = await this.one(body.slice(1) + key);
        return inside ? Object.assign({}, longer, { word, ends: longer.ends && key === word }) : within(word, longer);
      }
      const [head, long] = body.split("~");
      const size = digits(head);
      const [total] = numbers(head.slice(0, size));
      const ends = marks > 2 || total <= this.share * (isSpelled(key) ? SOUNDS : 1);
      if (!inside && !ends) return null;
      const lows = [Math.min(total, SUGGESTED), Math.min(total, PAGE) - SUGGESTED, total - PAGE].map((count) => lowBits(count, this.table));
      const gaps = fromRice(head.slice(size), (at) => lows[at < SUGGESTED ? 0 : at < PAGE ? 1 : 2]);
      const best = summed(gaps.slice(0, SUGGESTED));
      const first = best.concat(summed(gaps.slice(SUGGESTED, PAGE)));
      const all = long ? null : first.concat(summed(gaps.slice(PAGE)));
      const part = { word, key, common: true, ends: ends && key === word, total, best, first, all, long, inNumbers: marks % 2 === 0 };
      return inside ? part : within(word, part);
    }

    /* What is known of a word; null where no entity has it. Of what is rare only the shortest rare parts are listed: one of
       them lies in every rare word, at the last place from which the word is still rare. Each row that is looked up is taken
       from `purse.rows`; undefined where there are no more. */
    async part(word, purse = { rows: Infinity }) {
      const found = purse.rows-- > 0 ? await this.one(word) : undefined;
      let low = 0;
      let high = word.length - 1;
      while (!found && high - low > 1) {
        if (purse.rows-- <= 0) return undefined;
        const middle = (low + high) >> 1;
        const part = await this.one(word.slice(middle));
        if (!part) low = middle;
        else if (part.common && !part.ends) high = middle;
        else return Object.assign(within(word, part), { start: middle });
      }
      return found;
    }

    /* About how many bytes the long list of a part has; none where it stands in its row. */
    bytes({ total, long }) {
      if (!long) return 0;
      const size = this.folders.names.length * this.size * SLOTS;
      return total * (Math.log2(size / total) + 2) / 7;
    }

    /* The set of all entities of a part; null where it is put together from more than `purse.lists` others. */
    async every(part, purse = { lists: Infinity }) {
      if (part.every) return part.every;
      if (part.source) return this.every(part.source, purse);
      if (!part.long) return new Set(part.all);
      const { before, after, own } = await this.hashed("lists", part.long, readList);
      if ((purse.lists -= before.length + after.length) < 0) return null;
      const found = new Set(own);
      const parts = await Promise.all(before.map((sign) => this.one(sign + part.key)).concat(after.map((sign) => this.one(part.key + sign))));
      const all = await Promise.all(parts.filter(Boolean).map((one) => this.every(one, purse)));
      if (all.includes(null)) return null;
      for (const places of all) places.forEach((place) => found.add(place));
      return found;
    }

    async line(kind, place) {
      const shard = Math.floor(place / SLOTS);
      const path = kind + "/" + this.folders[kind][Math.floor(shard / this.size)] + "/" + (shard % this.size) + ".js";
      return (await this.once(path, (body) => body.split("\n")))[place % SLOTS] || "";
    }

    async entity(place) {
      const [name, credit = "", ...others] = (await this.line("names", place)).split("\t");
      const [held = "", facets = "", short = "", labels = "", former = "", turns = ""] = others.map((text) => this.spelled(text, this.words));
      const isRaw = !credit || credit[0] === "!";
      const code = isRaw ? this.spelled(credit.slice(1), this.words) : wholeCode(this.spelled(credit.slice(0, -6), this.words), credit.slice(-6));
      const counts = held.replace("#", "").split(",").map(Number);
      const entity = {
        place, name: this.spelled(name, this.words), code, counts,
        address: short[0] === "/" ? short.slice(1) : "entity/" + (short || code.slice(-2) + "/" + code) + ".html",
        labels: labels.split("\x1f").filter(Boolean).map((label) => [TONES[label[0]], label.slice(1)]),
        former: former.split("\x1f").filter(Boolean),
        turns: turns.split("").map((sign) => sign.charCodeAt(0) - TURNS),
        district: this.districts[VALUES.get(facets[0]) - 1] || null,
        years: Array.from(facets.slice(1), (digit) => EPOCH + VALUES.get(digit)),
        hasNumbers: held[0] === "#",
        numbers: [],
        numbered: [],
        records: counts.reduce((sum, count) => sum + count, 0),
      };
      entity.texts = [];
      for (const text of [entity.name].concat(entity.former, code).map(fold)) entity.texts.push(text, bare(text));
      entity.readings = () => this.spoken ? this.readings(entity) : [];
      entity.spellings = this.spoken ? this.spellings(entity) : [];
      return entity;
    }

    async numbersOf(place) {
      const words = await this.hashed("tables", this.said, (body) => signed(body.split("\x1f"), 0x530));
      const found = [];
      let said = [];
      for (const token of (await this.line("numbers", place)).match(TOKEN) || []) {
        if (/^[a-z]$/.test(token)) found.push(said = said.slice(0, token.charCodeAt(0) - 97));
        else if (token[0] === "~") said.push(String(fromFigures(token.slice(1))).padStart(8, "0"));
        else if (token.length < 2 || token[0] === "\x0e") said.push(this.spelled(token, words));
        else said.push(words.get(token[0]) + (token[1] === " " ? "" : fromFigures(token.slice(1)) + "号"));
      }
      return found.map((pieces) => pieces.join(""));
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
    const rare = parts.filter((part) => !part.common).sort((a, b) => a.total - b.total);
    if (rare.length) return answerRare(index, form, parts, rare);
    return parts.length === 1 ? answerCommon(index, form, parts[0], most) : answerBoth(index, form, parts, most);
  }

  async function answerRare(index, form, parts, rare) {
    const pool = new Pool(index, rare[0].key, await index.every(rare[0]));
    for (const part of rare.slice(1)) await pool.narrow(part, NAME);
    for (const part of rare.slice().sort((a, b) => b.word.length - a.word.length)) {
      if (part.word === part.key || isSpelled(part.word)) continue; // pinyin may begin only where a syllable does
      if (!await lookAround(pool, part)) return NOTHING;
    }
    const found = await checked(index, pool.places, parts);
    return { total: found.length, found: ranked(found, form), rest: null };
  }

  /* Narrows the pool by what of a rare word lies around its part, cheap lists first; false where no entity has that. */
  async function lookAround(pool, part) {
    const dear = [];
    for (const ways of [[behind, before], [beside, upTo]]) {
      let open = ways.map((way) => [way, part]);
      while (open.length && pool.isLarge()) {
        const found = [];
        for (const [way, from] of open) {
          const piece = way(from);
          const next = piece.length < 2 ? undefined : await pool.index.part(piece, pool.purse);
          if (next === null) return false;
          if (next) found.push([way, next]);
        }
        for (const [, next] of found.sort((a, b) => a[1].total - b[1].total)) {
          if (pool.isLarge() && !await pool.narrow(next, NAME / 4)) dear.push(next);
        }
        open = found.filter(([, next]) => !next.common);
      }
    }
    for (const next of dear.sort((a, b) => a.total - b.total)) if (pool.isLarge()) await pool.narrow(next, NAME);
    return true;
  }

  const behind = ({ word, key, start }) => word.slice(start + key.length - 1);
  const before = ({ word, start }) => word.slice(0, start + 1);
  const beside = ({ word, start }) => word.slice(start + 1);
  const upTo = ({ word, key, start }) => word.slice(0, start + key.length - 1);

  /* The entities that may have all words, and what may still be read to narrow them. */
  class Pool {
    constructor(index, key, places) {
      Object.assign(this, { index, places, read: [key], purse: { rows: STEPS, lists: STEP_LISTS } });
    }

    isLarge() {
      return this.places.size > PLENTY;
    }

    /* Keeps those that have the part too; false, and nothing is read, where its list costs more bytes than `most` a place. */
    async narrow(part, most) {
      if (this.read.some((key) => key.includes(part.key))) return true; // whoever has that one has this one
      if (this.index.bytes(part) > most * this.places.size) return false;
      this.read.push(part.key);
      const may = Math.min(this.purse.lists, ONE_LIST);
      const own = { lists: may - (part.long ? 1 : 0) };
      if (own.lists < 0) return true;
      const places = await this.index.every(part, own);
      this.purse.lists -= may - Math.max(0, own.lists);
      if (places) this.places = common(this.places, places);
      return true;
    }
  }

  const checked = async (index, pool, parts) =>
    (await Promise.all(Array.from(pool, (place) => checkedEntity(index, place, parts)))).filter(Boolean);

  /* The entity if its real texts have every word, else null; its numbers are read only where a word may be in them. */
  async function checkedEntity(index, place, parts) {
    const entity = await index.entity(place);
    const open = parts.filter((part) => !entity.texts.some((text) => text.includes(part.word)) && !isHeard(entity, part.word));
    if (!open.length) return entity;
    if (!entity.hasNumbers) return null;
    if (!open.every((part) => part.numbered ? part.numbered.has(place) : part.inNumbers)) return null;
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

  /* All words are common: the lists of the rarest first; where few are left, the others are checked in their names. */
  async function answerBoth(index, form, parts, most) {
    let places = null;
    const open = [];
    for (const part of parts.slice().sort((a, b) => a.total - b.total)) {
      if (places && places.size <= CHECKED && index.bytes(part) > NAME * places.size) open.push(part);
      else places = places ? common(places, await index.every(part)) : await index.every(part);
    }
    const known = open.length ? await checked(index, places, open) : null;
    if (known) places = new Set(known.map((entity) => entity.place));
    const likely = [].concat(...parts.map((part) => part.first)).filter((place) => places.has(place));
    const first = Array.from(new Set(likely.concat(Array.from(places).slice(0, PAGE)))).slice(0, PAGE);
    const found = known || await Promise.all(first.map((place) => index.entity(place)));
    if (most > SUGGESTED && parts.every((part) => part.inNumbers)) {
      const wanted = ranked(found, form).filter((entity) => entity.hasNumbers && !isTogether(entity, form));
      await Promise.all(wanted.slice(0, NUMBERED).map((entity) => readNumbers(index, entity, form)));
    }
    return { total: places.size, found: ranked(found, form), rest: known ? null : async () => without(places, first) };
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
    if (query.length > MOST_SIGNS) return "一次最多查 " + MOST_SIGNS + " 个字，请只写名称中最特别的部分。";
    if (typed.length > MOST_WORDS) return "一次最多查 " + MOST_WORDS + " 个词，请减少几个。";
    if (short === undefined) return "";
    return typed.length > 1 ? "每个词至少要两个字：“" + short + "”太短。" : "请至少输入两个字。";
  }

  /* The answer to a query: how many entities have every word, the first of them by rank, and how to get the rest. */
  const find = (query, most) => answer(query, most || PAGE);

  window.siteSearch = {
    ROOT, PAGE, SLOTS, SPACES, CREDIT, creditDigit, find, refusal, openIndex, loadScript, isLeftBehind, rememberRelease, inTime, ranked, fold, bare, words, learn, isSpelled,
  };
  if (typeof module === "object" && module.exports) module.exports = window.siteSearch;
})();
