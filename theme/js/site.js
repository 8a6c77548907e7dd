/* Large text and high contrast, remembered; what is brought when it is wanted: search, report; what is past its last day; printing with all but single fields unfolded; a fragment within what is folded. Drawing for the other scripts. */
(() => {
  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function button(className, text, act) {
    const made = element("button", className, text);
    made.type = "button";
    made.onclick = act;
    return made;
  }

  window.sitePage = { element, button }; // what the other scripts draw with

  const root = document.documentElement;
  const keep = (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch (error) { /* private window */ } };

  // choices.js has set what was remembered.
  for (const button of document.querySelectorAll("[data-choice]")) {
    const { choice, value } = button.dataset;
    const show = () => button.setAttribute("aria-pressed", String(root.dataset[choice] === value));
    show();
    button.addEventListener("click", () => {
      if (root.dataset[choice] === value) delete root.dataset[choice]; else root.dataset[choice] = value;
      keep(choice, root.dataset[choice]);
      show();
    });
  }

  // Styles and scripts that not every visit needs, in order and once; what a bad connection loses is asked for again.
  const brought = {};
  const load = (address, again) => new Promise((done) => {
    const style = address.endsWith(".css");
    const added = Object.assign(document.createElement(style ? "link" : "script"), style ? { rel: "stylesheet", href: address } : { src: address, async: false });
    added.onload = () => done();
    added.onerror = () => {
      added.remove();
      done(again && load(address, false));
    };
    document.head.append(added);
  });
  const bring = (addresses) => brought[addresses] ||= Promise.all(addresses.split(" ")
    .filter((address) => !document.querySelector(`[src="${address}"], [href="${address}"]`)).map((address) => load(address, true)));

  // Whoever goes to a search box is brought what suggests.
  addEventListener("focusin", async ({ target: box }) => {
    if (!box.matches(".search-box input")) return;
    const started = box.role;
    await bring(root.dataset.suggest);
    if (started || !box.role || document.activeElement !== box) return;
    box.dispatchEvent(new Event("focus"));
    if (box.value) box.dispatchEvent(new Event("input"));
  });

  // A link to a form carries what the page says: gathered when it is followed.
  const forms = document.querySelector("[data-gathers]");
  addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-form]");
    if (!forms || !link || link.hash || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await bring(forms.dataset.gathers);
    location.href = link.href;
  });

  // What stands on paper alone, and the address for others, come when they are asked for.
  const report = document.querySelector(".report");
  const ready = () => report && bring(report.dataset.scripts);
  addEventListener("keydown", (event) => { if (event.ctrlKey || event.metaKey) ready(); });
  for (const button of document.querySelectorAll("[data-action]")) button.addEventListener("click", async () => {
    await ready();
    if (window.siteReport) window.siteReport[button.dataset.action](button); else print();
  });

  // Should nobody have rebuilt: what is past its last day, in Asia/Shanghai, is shown no more.
  if (!("pinned" in root.dataset)) {
    const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
    const over = [...document.querySelectorAll("[data-until]")].filter((part) => part.dataset.until < today);
    for (const part of over) part.remove();
    if (over.length) {
      for (const title of document.querySelectorAll(".entity-section h3[id]")) {
        let next = title.nextElementSibling;
        while (next && next.matches("details.older") && !next.querySelector(".record")) next = next.nextElementSibling;
        if (next && next.matches(".record, details.older")) continue;
        for (const link of document.querySelectorAll(`a[href="#${title.id}"]`)) (link.closest("li") || link).remove();
        title.remove();
      }
      const note = document.createElement("p");
      note.className = "wide past-note";
      note.textContent = `这一页有 ${over.length} 条记录的公示期已满，不再显示；页上的条数还没有更新。`;
      document.querySelector("main > .crumbs, main > nav, main > *").after(note);
    }
  }

  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("main details:not([open], .record details)")];
    for (const part of unfolded) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of unfolded) part.open = false; });

  // Browsers unfold what a fragment names; older ones do not.
  const reveal = () => {
    const part = document.querySelector(":target");
    const folded = part && part.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    part.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  addEventListener("load", reveal);
})();
