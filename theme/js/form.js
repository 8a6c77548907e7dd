/* Forms: a link to one carries what its page says of whom and of which record, behind a #, which no server is sent; the form shows it as plain text. */
(() => {
  const text = (part) => (part ? part.textContent.trim() : "");

  /* What a part of a page says, by the titles of its fields. */
  function facts(part) {
    return [...part.querySelectorAll("dt")].map((title) => [text(title), text(title.nextElementSibling)]);
  }

  /* What a page says that a form may ask for, by title; of a record too where the link stands in one. */
  function said(link) {
    const head = document.querySelector(".entity-head");
    const record = link.closest(".record") || document.querySelector(".record-page");
    const found = new Map();
    const report = document.querySelector("[data-url]");
    const url = report ? report.dataset.url : "";
    if (head) [["主体名称", text(head.querySelector("h1"))], ...facts(head)].forEach(([title, value]) => found.set(title, value));
    if (url) found.set("网址", url + (record ? "#" + record.id : ""));
    if (record) {
      const groups = [...document.querySelectorAll(".entity-section h3[id]")];
      const group = groups.filter((title) => title.compareDocumentPosition(record) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
      found.set("名录", group ? group.firstChild.textContent.trim() : record.getAttribute("aria-label") || "");
      found.set("记录", text(record.querySelector("h4") || document.querySelector("h1")));
      facts(record).forEach(([title, value]) => found.set(title, value));
    }
    return found;
  }

  const asking = document.querySelector("[data-asked]");
  const asked = asking ? asking.dataset.asked.split("|") : [];
  for (const link of document.querySelectorAll("a[data-form]")) {
    const found = said(link);
    const pairs = asked.filter((title) => found.get(title)).map((title) => [title, found.get(title)]);
    link.hash = new URLSearchParams(pairs).toString();
  }

  const given = new URLSearchParams(location.hash.slice(1));
  const grown = window.CSS && CSS.supports("field-sizing", "content");
  for (const field of document.querySelectorAll(".form textarea")) {
    const title = (field.dataset.from || "").split("|").find((name) => given.get(name));
    if (title && !field.value) field.value = given.get(title).slice(0, 300);
    const grow = () => { if (!grown) field.style.height = `${Math.max(field.scrollHeight, field.offsetHeight)}px`; };
    field.addEventListener("input", grow);
    grow();
  }
})();
