// What forms gain when scripts run: uploads with progress, lists that narrow, limits that speak. All of it optional.
(() => {
  "use strict";

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const announce = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: text }));
  const toast = (level, message) => document.dispatchEvent(new CustomEvent("toast", { detail: { level, message } }));

  // --- Upload: [data-dropzone data-max-bytes] around a file input; the form sends itself ---------------------------
  const zoneOf = (event) => event.target.closest?.("[data-dropzone]");

  document.addEventListener("dragover", (event) => {
    zoneOf(event)?.classList.add("dropzone--over");
    if (!zoneOf(event) && document.querySelector("[data-dropzone]")) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => {
    const zone = zoneOf(event);
    if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("dropzone--over");
  });
  document.addEventListener("drop", (event) => {
    all(".dropzone--over").forEach((zone) => zone.classList.remove("dropzone--over"));
    // A file dropped beside the zone would replace the page.
    if (!zoneOf(event) && document.querySelector("[data-dropzone]")) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    const zone = zoneOf(event);
    if (!zone || event.target.type !== "file" || !event.target.files.length) return;
    const limit = Number(zone.dataset.maxBytes || Infinity);
    const tooLarge = [...event.target.files].find((file) => file.size > limit);
    if (tooLarge) {
      toast("error", `${tooLarge.name} is larger than ${Math.floor(limit / 1048576)} MB and was not uploaded.`);
      event.target.value = "";
      return;
    }
    event.target.form.requestSubmit();
  });

  // A file input in a larger form: [data-file-limit]; too large a file is taken out again before anything is sent.
  document.addEventListener("change", (event) => {
    const limit = Number(event.target.dataset?.fileLimit);
    const tooLarge = limit && [...event.target.files].find((file) => file.size > limit);
    if (!tooLarge) return;
    toast("error", `${tooLarge.name} is larger than ${Math.floor(limit / 1048576)} MB. Choose another file.`);
    event.target.value = "";
  });

  const progressOf = (event) => event.target.querySelector?.("[data-progress]");

  function showProgress(form, bar, share) {
    const names = all("input[type=file]", form).flatMap((input) => [...input.files].map((file) => file.name)).join(", ");
    const note = form.querySelector("[data-progress-text]");
    bar.hidden = false;
    if (share < 1) bar.value = share * bar.max;
    else bar.removeAttribute("value");
    if (note) note.textContent = share < 1 ? `Uploading ${names}: ${Math.round(share * 100)} %` : `Checking ${names}…`;
  }

  document.addEventListener("htmx:beforeSend", (event) => {
    const bar = progressOf(event);
    if (!bar) return;
    showProgress(event.target, bar, 0);
    announce("Uploading");
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const { lengthComputable, loaded, total } = event.detail;
    const bar = progressOf(event);
    if (bar && lengthComputable && total) showProgress(event.target, bar, loaded / total);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const bar = progressOf(event);
    if (!bar) return;
    bar.hidden = true;
    all("[data-progress-text]", event.target).forEach((note) => { note.textContent = ""; });
    all("input[type=file]", event.target).forEach((input) => { input.value = ""; });
  });

  // --- Long texts: textarea[data-count-to="4000"][data-count-in="#id"] says what is left once it becomes scarce --------
  let countTimer = 0;

  document.addEventListener("input", (event) => {
    const most = Number(event.target.dataset?.countTo);
    const note = most && document.querySelector(event.target.dataset.countIn);
    if (!note) return;
    const left = most - event.target.value.trim().length;
    note.hidden = left > most / 5;
    const count = Math.abs(left).toLocaleString("en-US");
    note.textContent = left < 0 ? `${count} characters too many` : `${count} characters left`;
    note.classList.toggle("field__error", left < 0);
    clearTimeout(countTimer);
    if (!note.hidden) countTimer = setTimeout(() => announce(note.textContent), 1000);
  });

  // --- A box that narrows a list: [data-filter-list="#id"]; what is ticked always stays in sight ---------------------
  let filterTimer = 0;

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-filter-list]")) return;
    const list = document.querySelector(event.target.dataset.filterList);
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    const items = all(".choice, [data-filter-item]", list);
    for (const item of items) {
      const text = (item.dataset.filterText || item.textContent).toLowerCase();
      item.hidden = !words.every((word) => text.includes(word)) && !item.querySelector(":checked");
    }
    const shown = items.filter((item) => !item.hidden).length;
    all("[data-filter-empty]", list).forEach((note) => { note.hidden = shown > 0; });
    clearTimeout(filterTimer);
    filterTimer = setTimeout(() => announce(`${shown} of ${items.length} shown`), 600);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-filter-list]")) event.preventDefault();
  });

  // --- At most so many ticks: fieldset[data-max-checked="4"], the count is spoken ----------------------------
  function limit(group) {
    const most = Number(group.dataset.maxChecked);
    const boxes = all("input[type=checkbox]", group);
    const ticked = boxes.filter((box) => box.checked).length;
    for (const box of boxes) {
      if (ticked >= most && !box.checked && !box.disabled) {
        box.disabled = true;
        box.dataset.held = "";
      } else if (ticked < most && "held" in box.dataset) {
        box.disabled = false;
        delete box.dataset.held;
      }
    }
    const full = ticked >= most ? " Unselect one to choose another." : "";
    return `${ticked} of ${most} selected.${full}`;
  }

  // --- Only enrolled locations: a checkbox [data-show-enrolled-only="#select"] --------------------------------
  const optionsOf = new WeakMap();
  const isEnrolled = (option) => "enrolled" in option.dataset || option.text.trim().endsWith("*");

  function narrow(box) {
    const select = document.querySelector(box.dataset.showEnrolledOnly);
    if (!select) return;
    if (!optionsOf.has(select)) optionsOf.set(select, [...select.options]);
    const chosen = select.value;
    const kept = optionsOf.get(select).filter((option) => !box.checked || !option.value || isEnrolled(option));
    select.replaceChildren(...kept);
    select.value = kept.some((option) => option.value === chosen) ? chosen : "";
    return kept.filter((option) => option.value).length;
  }

  document.addEventListener("change", (event) => {
    const group = event.target.closest("[data-max-checked]");
    if (group) announce(limit(group));
    if (event.target.matches("[data-show-enrolled-only]")) announce(`${narrow(event.target)} locations in the list`);
  });

  // --- Buttons that fill a form or copy a text ------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const filler = event.target.closest("[data-fill]");
    if (filler) {
      for (const [id, value] of Object.entries(JSON.parse(filler.dataset.fill))) document.getElementById(id).value = value;
      document.getElementById(filler.dataset.fillThen)?.focus();
    }
    const copier = event.target.closest("[data-copy]");
    if (copier) {
      Promise.resolve(navigator.clipboard?.writeText(copier.dataset.copy) ?? Promise.reject())
        .then(() => toast("success", "Copied."))
        .catch(() => toast("error", "The browser does not allow copying here."));
    }
  });

  function enhance(within) {
    const area = within.parentNode || within;
    all("[data-max-checked]", area).forEach(limit);
    all("[data-show-enrolled-only]", area).forEach((box) => { if (box.checked) narrow(box); });
  }
  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
})();
