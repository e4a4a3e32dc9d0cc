// The queue's boxes: «All on this page» ticks the rows, and the number of ticked rows is said.
(() => {
  "use strict";

  const tell = (form) => {
    const ones = [...form.querySelectorAll("[data-queue-one]")];
    const ticked = ones.filter((box) => box.checked).length;
    const all = form.querySelector("[data-queue-all]");
    const told = form.querySelector("[data-queue-chosen]");
    if (all) {
      all.checked = ticked > 0 && ticked === ones.length;
      all.indeterminate = ticked > 0 && ticked < ones.length;
    }
    if (told) told.textContent = ticked ? told.dataset.queueChosen.replace("{number}", ticked) : "";
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-queue-bulk]");
    if (!form) return;
    if (event.target.matches("[data-queue-all]")) {
      for (const box of form.querySelectorAll("[data-queue-one]")) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-queue-all], [data-queue-one]")) tell(form);
  });

  // A browser keeps ticks when somebody comes back to the page.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-queue-bulk]")) tell(form);
  });
})();
