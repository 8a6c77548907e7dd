/* What the reader chose stands before anything is drawn: read at once, ahead of the styles. */
(() => {
  const root = document.documentElement;
  root.dataset.scripted = "";
  try {
    for (const [choice, value] of [["text", "large"], ["contrast", "high"]]) {
      if (localStorage.getItem(choice) === value) root.dataset[choice] = value;
    }
  } catch (error) { /* nothing may be kept here */ }
})();
