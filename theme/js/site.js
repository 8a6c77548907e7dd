/* Large text and high contrast, remembered; printing with all but single fields unfolded; a fragment within what is folded. Nothing else on the site needs this file. */
(() => {
  const root = document.documentElement;
  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* private window */ } };

  for (const button of document.querySelectorAll("[data-choice]")) {
    const { choice, value } = button.dataset;
    const show = (on) => {
      button.setAttribute("aria-pressed", String(on));
      if (on) root.dataset[choice] = value; else delete root.dataset[choice];
    };
    show(recall(choice) === value);
    button.addEventListener("click", () => {
      const on = root.dataset[choice] !== value;
      show(on);
      keep(choice, on && value);
    });
  }

  for (const button of document.querySelectorAll("[data-action=print]")) button.addEventListener("click", () => print());

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

  const menu = document.querySelector(".topbar details");
  addEventListener("click", (event) => { if (menu && !menu.contains(event.target)) menu.open = false; });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu && menu.open) { menu.open = false; menu.firstElementChild.focus(); }
  });
})();
