/* 批量核查：名单只在浏览器里比对，不发送出去；用 find.js 读本站的检索分片，从磁盘打开也能用。 */
(function () {
  "use strict";

  const { ROOT, find, near, openIndex, fold, bare } = window.siteSearch;
  const { element } = window.sitePage;
  const page = document.getElementById("batch");
  if (!page) return;

  const MOST = 5000; // entries of one list
  const LARGEST = 5e6; // bytes of a file
  const AT_ONCE = 12; // entries looked up side by side
  const LOOKED = 8; // entities asked for by one entry
  const ALL = 50; // the same where all of these bear the name
  const NEAR_MOST = 300; // entries for which near names are looked up
  const NEAR_SHOWN = 3;
  const ROWS = 200; // rows drawn at once

  const STATES = {
    found: "查到",
    several: "多个",
    near: "相近",
    none: "未查到",
    short: "太短",
    failed: "没有查成",
    waiting: "未核查",
  };

  /* ---- the list: text, or a table with a heading ---- */

  const CODE = /^[0-9A-HJ-NP-RTUWXY]{18}$/;
  const plainCode = (text) => fold(text).toUpperCase();
  const TITLE = /^[^\d]{0,20}(?:名称|代码|企业|单位|公司名|行政相对人|纳税人|当事人|识别号)[^\d]{0,20}(?:_?\d)?[^\d]{0,20}$/;

  /* The rows of a text: of cells parted by tabs or commas, quotes as in CSV. */
  function rowsOf(text) {
    const cut = text.includes("\t") ? "\t" : ",";
    const rows = [];
    let cell = "";
    let row = [];
    let quoted = false;
    const endRow = () => {
      row.push(cell);
      if (row.some((one) => one.trim())) rows.push(row.map((one) => one.trim()));
      row = [];
      cell = "";
    };
    for (let at = 0; at < text.length; at++) {
      const sign = text[at];
      if (quoted) {
        if (sign !== '"') cell += sign;
        else if (text[at + 1] === '"') cell += text[++at];
        else quoted = false;
      } else if (sign === '"' && !cell) quoted = true;
      else if (sign === cut) {
        row.push(cell);
        cell = "";
      } else if (sign === "\n") endRow();
      else if (sign !== "\r") cell += sign;
    }
    endRow();
    return rows;
  }

  /* The entries of a list: { name, code }, one of them may be empty. A heading says which column is which. */
  function entriesOf(text) {
    const rows = rowsOf(text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"));
    if (!rows.length) return [];
    const isTitle = (cell) => TITLE.test(cell) && !/(?:公司|中心|厂|店|合作社|局|院|校|会)$/.test(cell);
    const titled = rows[0].some(isTitle) && rows[0].every((cell) => !CODE.test(plainCode(cell)));
    const codes = titled ? rows[0].findIndex((cell) => /信用代码|社会信用|识别号|代码/.test(cell)) : -1;
    const names = titled ? rows[0].findIndex((cell, at) => at !== codes && /名称|企业|单位|公司|相对人|纳税人|当事人/.test(cell)) : -1;
    return (titled ? rows.slice(1) : rows).map((row) => {
      if (titled) return entry(row[names] || "", row[codes] || "");
      const code = row.find((cell) => CODE.test(plainCode(cell))) || "";
      return entry(row.find((cell) => cell !== code && /[^\x00-\x7f]/.test(cell)) || (code ? "" : row.find(Boolean)), code);
    }).filter((one) => one.name || one.code);
  }

  function entry(name, code) {
    const clean = (text) => text.replace(/^['‘’\s]+/, "").trim();
    return { name: clean(name), code: clean(code), state: "waiting", entities: [], near: [], note: "" };
  }

  /* ---- files: UTF-8, UTF-16 with its mark, else GB18030 ---- */

  function decoded(bytes) {
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw new Error("这是 xlsx 文件：请在表格软件里另存为 CSV，或把那一列复制后粘贴进来。");
    if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new Error("这是 xls 文件：请在表格软件里另存为 CSV，或把那一列复制后粘贴进来。");
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (error) {
      return new TextDecoder("gb18030").decode(bytes);
    }
  }

  function readFile(file) {
    return new Promise((resolve, reject) => {
      if (file.size > LARGEST) return reject(new Error("文件太大：超过 5 MB。请分成几个。"));
      const reader = new FileReader();
      reader.onerror = () => reject(new Error("这个文件读不出来。"));
      reader.onload = () => {
        try {
          resolve(decoded(new Uint8Array(reader.result)));
        } catch (error) {
          reject(error);
        }
      };
      reader.readAsArrayBuffer(file);
    });
  }

  /* ---- one entry ---- */

  /* The entities whose whole name, former name or code the text is, and those in whose names it stands. */
  async function lookUp(text) {
    const query = text.replace(/\s+/g, "");
    let result = await find(query, LOOKED);
    const exact = ({ found, form }) => found.filter((entity) => entity.texts.includes(form.join("")));
    if (result.total > LOOKED && exact(result).length >= LOOKED) result = await find(query, ALL);
    return { exact: exact(result), within: result.found, form: result.form.join("") };
  }

  const plain = (text) => bare(fold(text));
  const isLong = (text) => plain(text).length > 1;

  /* A code says who is meant; a name does where no other code stands beside it. Whatever else is alike is near, not found. */
  async function check(one, mayLookNear) {
    if (!isLong(one.code) && !isLong(one.name)) return Object.assign(one, { state: "short" });
    const coded = isLong(one.code) ? await lookUp(one.code) : { exact: [], within: [] };
    if (coded.exact.length) {
      if (isLong(one.name) && !coded.exact[0].texts.includes(plain(one.name))) one.note = "代码相符，名称与名单里的不同";
      return settled(one, coded.exact);
    }
    const named = isLong(one.name) ? await lookUp(one.name) : { exact: [], within: [] };
    const own = named.exact.filter((entity) => !one.code || !entity.code);
    if (own.length) {
      if (one.code) one.note = "名称相符，本站没有它的代码";
      else if (named.form && own.every((entity) => plain(entity.name) !== bare(named.form) && plain(entity.code) !== bare(named.form))) one.note = "名单里的是曾用名";
      return settled(one, own);
    }
    let alike = named.exact.length ? named.exact : coded.within.concat(named.within);
    if (named.exact.length) one.note = "名称相符，代码与名单里的不同，请核对";
    if (!alike.length && mayLookNear()) alike = (await near(one.name || one.code)).found;
    return Object.assign(one, { near: alike.slice(0, NEAR_SHOWN), state: alike.length ? "near" : "none" });
  }

  const settled = (one, entities) => Object.assign(one, { entities, state: entities.length > 1 ? "several" : "found" });

  /* ---- all entries: a few at a time, the same text once ---- */

  let run = null; // what goes on or was done last

  async function checkAll(entries, tell) {
    const mine = { entries, done: 0, cancelled: false, release: null };
    const seen = new Map();
    const firsts = [];
    for (const one of entries) {
      const key = one.name + "\n" + one.code;
      if (seen.has(key)) seen.get(key).push(one);
      else {
        seen.set(key, [one]);
        firsts.push(one);
      }
    }
    run = mine;
    const before = readRelease();
    mine.sections = (await openIndex(false)).sections;
    let left = NEAR_MOST;
    const mayLookNear = () => left-- > 0;
    let at = 0;
    const work = async () => {
      while (at < firsts.length && !mine.cancelled) {
        const one = firsts[at++];
        try {
          await check(one, mayLookNear);
        } catch (error) {
          one.state = "failed";
        }
        const same = seen.get(one.name + "\n" + one.code);
        for (const other of same.slice(1)) Object.assign(other, { state: one.state, entities: one.entities, near: one.near, note: one.note });
        mine.done += same.length;
        tell(mine);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    mine.unlooked = Math.max(0, -left);
    const [first, last] = [await before, await readRelease()];
    mine.release = last || first;
    mine.moved = Boolean(first && last && first.release !== last.release);
    return mine;
  }

  /* What release.json says: { release, as_of }, or nothing from a disk. */
  async function readRelease() {
    if (location.protocol === "file:" || !window.fetch) return null;
    try {
      const reply = await fetch(ROOT + "release.json", { cache: "no-store" });
      return reply.ok ? await reply.json() : null;
    } catch (error) {
      return null;
    }
  }

  function chinese(day) {
    const [year, month, date] = String(day).split("-").map(Number);
    return date ? year + "年" + month + "月" + date + "日" : day;
  }

  const missed = (release) => release ? "截至 " + chinese(release.as_of) + " 未查到" : "未查到（数据截至哪天不明）";

  /* ---- drawing ---- */

  const $ = (id) => document.getElementById("batch-" + id);

  function cell(tag, title, ...children) {
    const made = element(tag, "", ...children);
    made.dataset.title = title;
    if (tag === "th") made.scope = "row";
    return made;
  }

  function linked(entity) {
    const link = element("a", "", entity.name);
    link.href = ROOT + entity.address;
    return link;
  }

  function entityLine(entity) {
    const labels = entity.labels.map(([tone, label]) => element("span", "result-label tone-" + tone, label));
    return element("div", "batch-entity", linked(entity), entity.code ? element("span", "batch-code", entity.code) : "", ...labels);
  }

  const countsOf = (entity, sections) => sections.map((section, at) => [section, entity.counts[at] || 0]).filter((pair) => pair[1]);

  function described(one) {
    const said = [];
    if (one.state === "none") said.push(missed(run.release));
    if (one.state === "short") said.push("至少要两个字");
    if (one.state === "failed") said.push("数据没有读到，请重试");
    if (one.state === "near" && !one.note) said.push("没有完全相符的，相近的有：");
    if (one.note) said.push(one.note);
    return said.map((text) => element("p", "batch-note", text));
  }

  function rowOf(one, number) {
    const entities = one.state === "near" ? one.near : one.entities;
    const counts = one.state === "near" ? [] : entities.map((entity) =>
      element("p", "", countsOf(entity, run.sections).map((pair) => pair.join(" ") + " 条").join("、") || "—"));
    const asked = [one.name, one.code].filter(Boolean);
    return element("tr", "batch-" + one.state,
      cell("td", "序号", String(number)),
      cell("th", "名单", ...asked.map((text) => element("span", "batch-asked", text))),
      cell("td", "结果", element("span", "batch-state", STATES[one.state])),
      cell("td", "信用主体", ...described(one), ...entities.map(entityLine)),
      cell("td", "公示信息", ...(counts.length ? counts : ["—"])));
  }

  let shown = [];
  let drawn = 0;

  function drawRows(state) {
    const numbered = run.entries.map((one, at) => [one, at + 1]);
    shown = state ? numbered.filter(([one]) => one.state === state) : numbered;
    drawn = 0;
    $("rows").textContent = "";
    drawMore();
  }

  function drawMore() {
    $("rows").append(...shown.slice(drawn, drawn + ROWS).map(([one, number]) => rowOf(one, number)));
    drawn = Math.min(drawn + ROWS, shown.length);
    $("more").hidden = drawn >= shown.length;
    $("more").textContent = "再显示 " + Math.min(ROWS, shown.length - drawn) + " 行（已显示 " + drawn + " 行，共 " + shown.length + " 行）";
  }

  const count = (state) => run.entries.filter((one) => one.state === state).length;

  function drawChoices() {
    const choices = [["", "全部", run.entries.length]].concat(Object.keys(STATES).map((state) => [state, STATES[state], count(state)]));
    $("choices").textContent = "";
    for (const [state, label, number] of choices.filter((choice) => choice[2])) {
      const choice = element("button", "button", label + " " + number);
      choice.type = "button";
      choice.setAttribute("aria-pressed", String(!state));
      choice.onclick = () => {
        for (const other of Array.from($("choices").children)) other.setAttribute("aria-pressed", String(other === choice));
        drawRows(state);
      };
      $("choices").append(choice);
    }
  }

  function drawResult() {
    const states = Object.keys(STATES).filter(count).map((state) => STATES[state] + " " + count(state) + " 条");
    $("summary").textContent = "共 " + run.entries.length + " 条：" + states.join("，") + "。";
    const { release } = run;
    $("release").textContent = release
      ? "数据截至 " + chinese(release.as_of) + "，发布版本 " + release.release + "。"
      : location.protocol === "file:" ? "从硬盘打开，无从得知数据截至哪天、是哪一版；要有这两项，请通过网站（http）打开。" : "没有读到数据截至哪天、是哪一版。";
    const warnings = [];
    if (run.moved) warnings.push("核查期间网站更新过，前后可能不是同一版的数据，请重新核查。");
    if (run.unlooked) warnings.push("没有完全相符的超过 " + NEAR_MOST + " 条，其余 " + run.unlooked + " 条没有再找相近的名称。");
    $("warning").textContent = warnings.join("");
    $("again").hidden = !count("failed") && !count("waiting");
    drawChoices();
    drawRows("");
    $("result").hidden = false;
    $("result-title").focus();
  }

  /* ---- the table as CSV ---- */

  function rowsOfTable() {
    const { release, sections } = run;
    const site = page.dataset.site;
    const head = ["序号", "名单中的名称", "名单中的代码", "结果", "说明", "信用主体", "统一社会信用代码", "网页"].concat(
      sections.map((section) => section + "（条）"), ["标签", "相近的名称", "数据截至", "发布版本"]);
    const tail = release ? [release.as_of, release.release] : ["不明", "不明"];
    const rows = [];
    run.entries.forEach((one, at) => {
      const nearby = one.near.map((entity) => entity.name).join("；");
      for (const entity of one.entities.length ? one.entities : [null]) {
        const note = one.state === "none" ? missed(release) : one.note;
        rows.push([at + 1, one.name, one.code, STATES[one.state], note].concat(
          entity ? [entity.name, entity.code, site + entity.address] : ["", "", ""],
          sections.map((_, n) => entity ? entity.counts[n] || 0 : ""),
          [entity ? entity.labels.map((pair) => pair[1]).join("；") : "", nearby], tail));
      }
    });
    return [head].concat(rows);
  }

  function download() {
    const about = run.release ? "-" + run.release.as_of + "-" + run.release.release : "";
    window.siteCsv("批量核查" + about, rowsOfTable());
  }

  /* ---- the form ---- */

  const say = (text) => { $("status").textContent = text; };
  let told = 0;

  function progress({ done, entries }) {
    $("progress").max = entries.length;
    $("progress").value = done;
    if (done < entries.length && Date.now() - told < 1000) return; // a reader is told once a second
    told = Date.now();
    say("正在核查：" + done + " / " + entries.length);
  }

  async function start(entries) {
    if (run && run.running) return;
    $("result").hidden = true;
    $("working").hidden = false;
    $("start").disabled = true;
    told = 0;
    try {
      const work = checkAll(entries, progress);
      run.running = true;
      const mine = await work;
      mine.running = false;
      say(mine.cancelled ? "已停止，只核查了 " + mine.done + " 条。" : "核查完毕。");
      drawResult();
    } catch (error) {
      run.running = false;
      say("核查没有完成：检索数据没有读到，请检查网络后重试。");
    }
    $("working").hidden = true;
    $("start").disabled = false;
  }

  function begin() {
    let entries = entriesOf($("list").value);
    if (!entries.length) {
      say("请先填上名称或代码，一行一个。");
      $("list").focus();
      return;
    }
    $("cut").textContent = entries.length > MOST ? "名单有 " + entries.length + " 条，一次最多 " + MOST + " 条：只核查前 " + MOST + " 条，其余请另作一次。" : "";
    start(entries.slice(0, MOST));
  }

  async function take(file) {
    if (!file) return;
    try {
      $("list").value = await readFile(file);
      say("已读入 " + file.name + "：" + entriesOf($("list").value).length + " 条。");
    } catch (error) {
      say(error.message);
    }
    $("file").value = "";
  }

  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    begin();
  });
  $("file").addEventListener("change", () => take($("file").files[0]));
  $("clear").onclick = () => {
    $("list").value = $("cut").textContent = "";
    $("result").hidden = true;
    say("");
    $("list").focus();
  };
  $("cancel").onclick = () => { if (run) run.cancelled = true; };
  $("more").onclick = () => {
    const first = drawn;
    drawMore();
    const row = $("rows").children[first];
    if (row) {
      row.tabIndex = -1;
      row.focus();
    }
  };
  $("again").onclick = () => {
    const entries = run.entries;
    for (const one of entries) if (one.state === "failed") one.state = "waiting";
    start(entries);
  };
  $("csv").onclick = download;
  for (const name of ["dragenter", "dragover"]) {
    $("form").addEventListener(name, (event) => {
      event.preventDefault();
      $("form").classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) $("form").addEventListener(name, () => $("form").classList.remove("is-over"));
  $("form").addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) take(file);
    else $("list").value = event.dataTransfer.getData("text");
  });
})();
