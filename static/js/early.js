// Runs before the first paint, so that nothing jumps: says that scripts run, and applies the reader's theme.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage is switched off: the system's theme applies.
  }
})();
