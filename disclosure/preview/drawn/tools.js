// The bar and the overlay stand in a shadow root, so that the site's style and theirs do not meet.
(() => {
  const host = document.getElementById("preview-tools");
  const tools = host.attachShadow({ mode: "open" });
  tools.append(document.getElementById("preview-template").content.cloneNode(true));
  const [state, box, of_page] = ["state", "sources", "page-source"].map((id) => tools.getElementById(id));

  const settle = () => {
    const height = tools.querySelector(".bar").offsetHeight;
    host.style.setProperty("--bar", `${height}px`);
    document.body.style.paddingBottom = `${height}px`;
  };
  tools.querySelector("link").addEventListener("load", () => { host.hidden = false; settle(); });
  addEventListener("resize", settle);

  // livereload asks its plugins first what to do; a path of our own is news for the bar, any other loads the page again.
  // What a plugin knows of the page is told when it begins to listen.
  window.LiveReloadPluginPreview = class {
    static identifier = "preview";
    static version = "1";
    analyze() { return { mark: host.dataset.mark, address: host.dataset.address }; }
    reload(path) {
      if (!path.startsWith("/_preview/")) return false;
      const stage = path.slice("/_preview/".length);
      state.classList.toggle("busy", stage !== "done");
      state.textContent = state.dataset[stage];
      settle();
      if (stage === "done" && (document.body.dataset.stage || stage) !== stage) location.reload(); // the start page tells it in words
      return true;
    }
  };

  const note = (node, text) => {
    const from = document.createElement("small");
    from.className = "preview-from";
    from.textContent = text;
    node.append(from);
  };
  const hide = () => document.querySelectorAll(".preview-from").forEach((node) => node.remove());

  // Records stand in articles with their id, and in rows that lead to one.
  const records = () => {
    const found = new Map();
    const add = (id, node) => found.set(id, [...(found.get(id) || []), node]);
    document.querySelectorAll("article[id]").forEach((article) => add(article.id, article));
    document.querySelectorAll("tr a[href*='#'], li a[href*='#']").forEach((link) => add(decodeURIComponent(link.hash.slice(1)), link));
    const page = document.querySelector(".page-record article[id]");
    return page ? found.set(page.id, [page]) : found;
  };

  const show = async () => {
    const found = records();
    const answer = await fetch("/_preview/sources", {
      method: "POST",
      body: JSON.stringify({ records: [...found.keys()], address: host.dataset.address }),
    });
    const told = await answer.json();
    if (!box.checked) return;
    hide();
    for (const [id, origin] of Object.entries(told.records)) {
      for (const node of found.get(id)) {
        if (node.matches("article")) {
          node.querySelectorAll("dl.facts > div").forEach((fact) => note(fact.querySelector("dd"), `${origin[1]}「${fact.querySelector("dt").textContent}」`));
          const head = node.querySelector("header");
          if (head) note(head, origin[0]); else node.prepend(Object.assign(document.createElement("small"), { className: "preview-from", textContent: origin[0] }));
        } else {
          note(node.closest("th, td, li") || node, origin[0]);
        }
      }
    }
    if (told.head) {
      const { origin, fields } = told.head;
      document.querySelectorAll(".entity-head dl.facts > div").forEach((fact) => {
        if (fields.includes(fact.querySelector("dt").textContent)) note(fact.querySelector("dd"), origin[1]);
      });
    }
    of_page.textContent = told.page;
    of_page.hidden = !told.page;
    settle();
  };

  const choose = () => {
    sessionStorage.setItem("preview-sources", box.checked ? "1" : "");
    if (box.checked) show(); else { hide(); of_page.hidden = true; settle(); }
  };
  box.checked = Boolean(sessionStorage.getItem("preview-sources"));
  box.addEventListener("change", choose);
  if (box.checked) show();
})();
