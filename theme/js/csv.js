/* Tables as CSV, made in the browser: siteCsv(name, rows), and the list of a page as it is seen, what a button with its name in data-csv gives. */
(() => {
  /* A cell that begins like a formula, or is a long number that a spreadsheet would round, is led by an apostrophe, as in the downloads. */
  function safe(text) {
    const value = String(text);
    const risky = /^\s*[=+\-@＝＋－﹢﹣＠﹦\t\r']/.test(value) || /^\d{12,}$/.test(value);
    return '"' + (risky ? "'" : "") + value.replace(/"/g, '""').replace(/[\r\n]+/g, " ") + '"';
  }

  window.siteCsv = (name, rows) => {
    const text = "\ufeff" + rows.map((row) => row.map(safe).join(",") + "\r\n").join("");
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: name.replace(/[\\/:*?"<>|]/g, " ") + ".csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  /* The columns of the list, the tag beside a name, and where on the site the record is. */
  function seen() {
    const table = document.querySelector("table.register");
    const said = (cell) => (cell.textContent === "— —" ? "" : cell.textContent.trim());
    const here = document.querySelector("meta[name=Url]").content;
    const rows = [...table.tBodies[0].rows].map((row) => {
      const [first, ...others] = row.cells;
      const link = first.querySelector("a");
      const tag = first.querySelector(".badge");
      return [link.textContent, ...others.map(said), tag ? tag.textContent : "", new URL(link.getAttribute("href"), here).href];
    });
    return [[...[...table.tHead.rows[0].cells].map(said), "公示标注", "公示网址"], ...rows];
  }

  for (const button of document.querySelectorAll("[data-csv]")) button.onclick = () => window.siteCsv(button.dataset.csv, seen());
})();
