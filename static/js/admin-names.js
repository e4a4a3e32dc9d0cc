// Two widgets of the stock admin have no name for screen readers: a search field in place of a select, and the icon
// before a filter of two lists. They take it from their label; those of rows that are added later too.
(() => {
  "use strict";

  function name(root) {
    for (const box of root.querySelectorAll(".select2-container")) {
      const select = box.previousElementSibling;
      const label = select?.labels?.[0]?.textContent.trim().replace(/:$/, "") || select?.closest("td")?.dataset.label;
      for (const part of box.querySelectorAll("[role=combobox], [role=textbox]")) {
        if (!part.hasAttribute("aria-label")) part.setAttribute("aria-label", label || "Choose");
      }
    }
    for (const icon of root.querySelectorAll(".help-tooltip[aria-label]:not([role])")) icon.setAttribute("role", "img");
  }

  document.addEventListener("DOMContentLoaded", () => {
    name(document);
    new MutationObserver(() => name(document)).observe(document.getElementById("content") ?? document.body, {
      childList: true,
      subtree: true,
    });
  });
})();
