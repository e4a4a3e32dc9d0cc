// A claim's page at the desk: single keys, who else is here, and requests that fail. All of it works without scripts, but
// for the keys, which only lead to what links, radio buttons and the Tab key reach as well. What it says, templates wrote.
(() => {
  "use strict";

  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => { const voice = one("#desk-voice"); if (voice) voice.textContent = text; };

  // --- Keys: read from the list that people see ----------------------------------------------------------------------
  const list = one("#desk-keys");
  const opener = one("#desk-keys-open");
  const box = one("#desk-keys-on");
  const STORED = "desk-keys";

  function keysAreOn() {
    try {
      return localStorage.getItem(STORED) !== "off";
    } catch {
      return box.checked; // Storage is switched off: the switch holds for this page.
    }
  }

  function openList() {
    box.checked = keysAreOn();
    list.showModal();
  }

  function focusOn(place) {
    if (!place) return;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "start" });
  }

  function decide(value) {
    const radio = one(`input[type="radio"][name="decision"][value="${value}"]`);
    if (!radio || radio.disabled) return focusOn(one("#decision"));
    radio.checked = true;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.focus();
    radio.scrollIntoView({ block: "nearest" });
  }

  // The document that has the focus, else the one nearest to the middle of the window.
  function documentInSight() {
    const focused = document.activeElement.closest?.(".desk-document");
    if (focused) return focused;
    const middle = innerHeight / 2;
    const away = (part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return top > middle ? top - middle : Math.max(0, middle - bottom);
    };
    return all(".desk-document").filter((part) => part.offsetParent).sort((a, b) => away(a) - away(b))[0];
  }

  // What is typed or ticked and was not sent: other than the page came, or already so when it came back.
  const FORMS = "form[data-decision], form[data-unsent]";
  function isChanged(control) {
    if (["hidden", "submit", "button"].includes(control.type)) return false;
    if (["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
    if (control.options) {
      const first = [...control.options].findIndex((option) => option.defaultSelected);
      return control.selectedIndex !== Math.max(first, 0);
    }
    return (control.value ?? "") !== (control.defaultValue ?? "");
  }
  const isUnsent = () => all(FORMS).some((form) => "typed" in form.dataset || [...form.elements].some(isChanged));

  // Leaving loses that, so the key is asked for once more: said aloud, and shown.
  const leaving = one("#desk-leaving");
  let asked = "";
  function stay() {
    asked = "";
    if (leaving) leaving.hidden = true;
  }
  function leave(place, key) {
    if (asked === key || !isUnsent()) return place.click();
    asked = key;
    const words = leaving.dataset.says.replace("{key}", key);
    leaving.textContent = words;
    leaving.hidden = false;
    say(words);
  }
  document.addEventListener("input", stay);

  const ACTS = {
    follow: (selector, key) => { const way = one(selector); if (way) leave(way, key); },
    press: (selector, key) => { const button = one(selector); if (button) leave(button, key); else focusOn(one("#decision")); },
    decide,
    focus: (selector) => focusOn(one(selector)),
    turn: (way) => one(`.preview a[rel="${way}"]`, documentInSight() || document)?.click(),
    keys: openList,
  };
  const TYPING = "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), textarea, select, [contenteditable]";

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!list || list.open || !keysAreOn() || event.target.closest?.(TYPING)) return;
    const row = all("[data-key]", list).find((each) => each.dataset.key === event.key.toLowerCase());
    const act = row && Object.keys(ACTS).find((name) => name in row.dataset);
    if (!act) return;
    event.preventDefault();
    if (asked && asked !== row.dataset.key) stay();
    ACTS[act](row.dataset[act], row.dataset.key);
  });

  if (list && opener && box) {
    opener.hidden = false;
    opener.addEventListener("click", openList);
    box.addEventListener("change", () => {
      try {
        if (box.checked) localStorage.removeItem(STORED);
        else localStorage.setItem(STORED, "off");
      } catch {
        // Storage is switched off: keysAreOn asks the switch itself.
      }
    });
  }

  // --- Who is here: asked only while somebody looks at the page and works on it ---------------------------------------
  const AWAY_MS = 10 * 60 * 1000;
  let touchedAt = Date.now();
  for (const name of ["pointerdown", "pointermove", "keydown", "scroll"]) {
    document.addEventListener(name, () => { touchedAt = Date.now(); }, { passive: true, capture: true });
  }
  const namesHere = () => all("#presence [data-name]").map((each) => each.dataset.name).join(", ");
  let known = namesHere();

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "presence") return;
    if (document.hidden || Date.now() - touchedAt > AWAY_MS) event.preventDefault();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "presence" || namesHere() === known) return;
    known = namesHere();
    const { here, alone } = one("#desk-voice").dataset;
    say(known ? here.replace("{name}", known) : alone);
  });

  // --- Requests that fail: an answer from elsewhere is a sign-in page, anything else leaves work unsaved --------------
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    const asked = new URL(pathInfo.requestPath, location.href).pathname;
    if (!xhr.responseURL || new URL(xhr.responseURL).pathname === asked) return;
    event.detail.shouldSwap = false;
    location.reload();
  });

  function notSaved(event) {
    const form = event.detail.elt.closest?.(".desk-checks");
    const place = form && one("[role=status]", form);
    if (!place) return;
    const words = document.createElement("span");
    words.className = "desk-error";
    words.textContent = form.dataset.notSaved;
    place.replaceChildren(words);
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, notSaved);

})();
