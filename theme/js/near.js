/* 没有完全相符的，找名称相近的：少了字、换了次序、写错一个字、同音字。读的分片同 find.js，说明见 docs/search.md。 */
(function () {
  "use strict";

  const site = window.siteSearch;
  const { SLOTS, CREDIT, creditDigit, openIndex, bare, fold, words } = site;
  const PROBES = 5; // pairs of characters that are looked up
  const READ = 24; // names that are read, twice
  const ROWS = 32; // rows that are looked up at most
  const LISTS = 4; // lists that are read at most
  const SHOWN = 12;
  const WHOLE = 4000; // of a longer list only its first entities count
  const SURE = 0.8; // so alike, and nothing more is looked for
  const ALIKE = 0.45;
  const ALIKE_CODE = 0.8; // codes of one place share half of their figures
  const LEGAL = /股份有限公司|有限责任公司|有限公司|(?:农民)?专业合作社|集团|公司/;
  const LEGAL_END = /(?:股份|有限|责任|集团|公司|分公司|(?:农民)?(?:专业)?合作社|厂|店)+$/;
  const PROVINCE = /^[^省]{2,3}省/;

  const distinct = (items) => Array.from(new Set(items));

  /* What is particular in a text: without places and legal forms, in pieces. */
  function particular(index, text) {
    let pieces = [text.replace(PROVINCE, "")];
    for (const place of index.places) {
      pieces = [].concat(...pieces.map((piece) => piece.split(place).map((after, at) => at ? after.replace(/^[市区县旗盟州]/, "") : after)));
    }
    return pieces.map((piece) => piece.replace(LEGAL_END, "")).filter(Boolean);
  }

  const core = (index, text) => particular(index, text).join("") || text;

  /* Every two neighbours; of long runs of letters and figures every four. */
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

  /* How alike two texts are, 0 to 1: by the fewest changes, or by the characters that they share in any order. */
  function likeness(one, other) {
    const longest = Math.max(one.length, other.length) || 1;
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let at = 1; at <= one.length; at++) {
      let corner = row[0];
      row[0] = at;
      for (let to = 1; to <= other.length; to++) {
        const above = row[to];
        row[to] = Math.min(above + 1, row[to - 1] + 1, corner + (one[at - 1] === other[to - 1] ? 0 : 1));
        corner = above;
      }
    }
    const left = other.split("");
    const shared = one.split("").filter((sign) => left.includes(sign) && left.splice(left.indexOf(sign), 1)).length;
    return Math.max(1 - row[other.length] / longest, 0.97 * shared / longest);
  }

  /* One search for what is near to one query: the places that its parts name, each with a weight, and the names read. */
  class Near {
    constructor(index, query) {
      this.index = index;
      this.size = index.folders.names.length * index.size * SLOTS;
      this.whole = words(query).map(bare).join("");
      const stems = this.whole.split(LEGAL).filter((piece) => piece.length > 1).sort((a, b) => b.length - a.length);
      this.stem = stems[0] || this.whole;
      this.core = core(index, this.whole);
      this.least = /^[\da-z]*\d{6}[\da-z]*$/.test(this.whole) ? ALIKE_CODE : ALIKE;
      this.purse = { rows: ROWS, lists: LISTS };
      this.scores = new Map();
      this.entities = new Map();
    }

    /* Weighs the entities that have one of the texts, of which those that fewest have come first. */
    async probeAll(texts) {
      const asked = distinct(texts).filter((word) => word.length > 1);
      const parts = (await Promise.all(asked.map((word) => this.index.part(word, this.purse)))).filter(Boolean);
      await Promise.all(parts.sort((a, b) => a.total - b.total).map((part) => this.weigh(part)));
    }

    async weigh(part) {
      const isRead = !part.long || part.total <= WHOLE && this.purse.lists-- > 0;
      const places = isRead ? await this.index.every(part) : part.first || [];
      const weight = Math.log(1 + this.size / Math.max(1, part.total));
      places.forEach((place) => this.scores.set(place, (this.scores.get(place) || 0) + weight));
    }

    /* How what is particular sounds, from its first syllables on. */
    spoken() {
      const sounds = Array.from(this.core, (sign) => this.index.reading(sign).trim());
      const begins = sounds.every(Boolean) ? [0, 1, 2].filter((at) => at + 2 <= sounds.length) : [];
      return begins.map((at) => sounds.slice(at).join(""));
    }

    /* The end before the beginning: the trade before the name. */
    turned() {
      const turn = (text, by) => text.slice(-by) + text.slice(0, -by);
      return this.stem.length < 4 ? [] : [turn(this.stem, 2), turn(this.core, 2)];
    }

    /* Pairs of what is particular, and the one with which it begins behind the place. */
    pairs() {
      const at = this.whole.indexOf(this.core.slice(0, 2));
      const border = at > 0 ? [this.whole.slice(at - 1, at + 1)] : [];
      return border.concat(spread(grams(this.core), PROBES - border.length));
    }

    async read() {
      const likely = Array.from(this.scores).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, READ).map((pair) => pair[0]);
      await Promise.all(likely.filter((place) => !this.entities.has(place)).map(async (place) => {
        const entity = await this.index.entity(place);
        const texts = entity.texts.map(bare);
        const alike = texts.map((text) => 0.8 * likeness(this.core, core(this.index, text)) + 0.2 * likeness(this.whole, text));
        const within = texts.filter((text) => text.includes(this.core)).map((text) => 0.85 + 0.1 * likeness(this.whole, text));
        entity.alike = Math.max(...alike, ...within, 0.98 * this.sound(entity));
        this.entities.set(place, entity);
      }));
      return Math.max(0, ...Array.from(this.entities.values(), (entity) => entity.alike));
    }

    /* How alike the sounds are: the syllables of what is particular, as if each were a character. */
    sound(entity) {
      const syllables = (signs) => signs.map((sign) => String.fromCharCode(0xe000 + this.index.syllables.indexOf(this.index.reading(sign))));
      const mine = syllables(Array.from(this.core)).join("");
      const name = bare(entity.texts[0]);
      return 0.8 * likeness(mine, syllables(Array.from(core(this.index, name))).join("")) + 0.2 * likeness(this.whole, name);
    }

    found() {
      return Array.from(this.entities.values()).filter((entity) => entity.alike >= this.least)
        .sort((a, b) => b.alike - a.alike || b.records - a.records || (a.address < b.address ? -1 : 1)).slice(0, SHOWN);
    }
  }

  async function nearTo(index, query) {
    await Promise.all([index.prepare(query), index.learnSounds()]);
    const near = new Near(index, query);
    await near.probeAll([near.stem, near.core]);
    if (await near.read() < SURE) {
      await near.probeAll(near.turned().concat(near.spoken(), near.pairs()));
      await near.read();
    }
    const form = distinct(grams(near.whole).concat(near.core.length > 1 ? near.core : []));
    return { found: near.found(), form };
  }

  /* ---- what is wrong with a credit code: GB 32100-2015 ---- */

  const DIGITS = CREDIT.toLowerCase();
  const isValid = (code) =>
    Array.from(code).every((digit) => DIGITS.includes(digit)) && creditDigit(code.toUpperCase()) === code[17].toUpperCase();

  /* The places in which two codes differ, counted from 1; two neighbours that changed places are one fault. */
  function faults(typed, code) {
    const places = Array.from(typed, (_, at) => at).filter((at) => typed[at] !== code[at]);
    const [one, other] = places;
    if (places.length === 2 && other === one + 1 && typed[one] === code[other] && typed[other] === code[one]) return [(one + 1) + "、" + (other + 1)];
    return places.map((at) => at + 1);
  }

  /* What may be wrong with a query that looks like a credit code, and the code that fits; "" where nothing is to be said. */
  function codeHint(query, found) {
    const typed = bare(words(query).join(""));
    if (!/^[\da-z]{17,19}$/.test(typed) || !/^\d{8}/.test(typed.replace(/o/g, "0").replace(/[il]/g, "1"))) return "";
    if (typed.length !== 18) return "统一社会信用代码有 18 位，这里写了 " + typed.length + " 位。";
    const near = found.map((entity) => [entity, entity.code.length === 18 ? faults(typed, fold(entity.code)) : []]).find((pair) => pair[1].length === 1);
    if (near) return "第 " + near[1][0] + " 位可能有误：" + near[0].name + "的代码是 " + near[0].code + "。";
    if (isValid(typed)) return "这个代码的校验位相符，本站没有公示它的信息。";
    const strange = Array.from(typed, (_, at) => at).filter((at) => !DIGITS.includes(typed[at]));
    if (strange.length === 1) {
      const fitting = Array.from(DIGITS, (digit) => typed.slice(0, strange[0]) + digit + typed.slice(strange[0] + 1)).find(isValid);
      return "第 " + (strange[0] + 1) + " 位可能有误：代码里没有字母 " + typed[strange[0]].toUpperCase() +
        (fitting ? "；合得上校验位的是 " + fitting.toUpperCase() + "。" : "。");
    }
    return "这个代码的校验位不符，至少有一位写错了，请逐位核对。";
  }

  site.codeHint = codeHint;

  /* The entities whose names are near to a query that has no exact answer, and the parts that they may share with it. */
  site.near = async (query) => nearTo(await openIndex(false), query);
})();
