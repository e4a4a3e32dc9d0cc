// The manners of every page: dialog, focus, announcements, toasts, running requests, menus, times.
// Other scripts speak to it with two events on document: "announce" and "toast".
(() => {
  "use strict";

  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const firstIn = (element, selector) => (element.matches?.(selector) ? element : one(selector, element));

  // --- What a screen reader hears -----------------------------------------------------------------------------
  function announce(text) {
    const voice = one("#announcer");
    if (!voice || !text) return;
    voice.textContent = "";
    setTimeout(() => { voice.textContent = text; }, 60);
  }
  document.addEventListener("announce", (event) => announce(event.detail));

  // --- Toasts: good news leaves after at least eight seconds unless looked at, bad news stays ------------------
  const LEAST_MS = 8000;

  function toast({ message, level = "info" }) {
    const pattern = one("#toast-pattern");
    const region = one("#toasts");
    if (!pattern || !region || !message) return;
    const box = pattern.content.firstElementChild.cloneNode(true);
    box.classList.add(`message-bar--${level}`);
    all("[data-level]", box).forEach((sign) => sign.dataset.level === level || sign.remove());
    one("p", box).textContent = message;
    region.append(box);
    if (level !== "error") letGo(box, Math.max(LEAST_MS, message.length * 90));
  }

  function letGo(box, wait) {
    let timer = setTimeout(() => box.remove(), wait);
    const hold = () => clearTimeout(timer);
    const resume = () => { hold(); timer = setTimeout(() => box.remove(), wait); };
    box.addEventListener("pointerenter", hold);
    box.addEventListener("focusin", hold);
    box.addEventListener("pointerleave", resume);
    box.addEventListener("focusout", resume);
  }
  document.addEventListener("toast", (event) => toast(event.detail));

  // --- The dialog: opens when HTMX fills it; closing leads back to where it was opened ---------------------------
  const dialog = one("#dialog");
  const dialogBody = one("#dialog-body");
  let openedFrom = null;
  let opener = null;

  function showDialog() {
    if (dialog.open) return;
    dialog.showModal();
    dialog.append(one("#announcer"), one("#toasts")); // outside a modal dialog nothing is heard or clickable
  }

  dialog?.addEventListener("close", () => {
    const target = one("[data-return-url]", dialog)?.dataset.returnUrl || openedFrom;
    document.body.append(one("#announcer"), one("#toasts"));
    dialogBody.replaceChildren();
    if (target && new URL(target, location.href).href !== location.href) location.assign(target);
    else if (opener?.isConnected) opener.focus();
  });

  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-dialog-close]");
    if (!closer || !closer.closest("dialog")?.open) return;
    event.preventDefault();
    closer.closest("dialog").close();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target !== dialogBody || dialog.open) return;
    openedFrom = location.href;
    opener = event.detail.elt;
  });

  // --- Focus and announcements after a swap ---------------------------------------------------------------------
  document.addEventListener("htmx:afterSettle", (event) => {
    const fresh = event.target;
    const inDialog = dialogBody?.contains(fresh);
    if (inDialog && dialogBody.childElementCount) showDialog();
    const wanted = firstIn(fresh, "[data-focus]") || firstIn(fresh, "[autofocus]") || (inDialog && firstIn(fresh, "#dialog-title"));
    if (wanted) {
      if (!wanted.matches("a, button, input, select, textarea, summary, [tabindex]")) wanted.tabIndex = -1;
      wanted.focus();
    }
    const spoken = firstIn(fresh, "[data-announce]");
    if (spoken) announce(spoken.dataset.announce || spoken.textContent.trim());
  });

  // --- A line at the top while a request takes longer than 300 ms -------------------------------------------------
  let running = 0;
  let busyTimer = 0;

  document.addEventListener("htmx:beforeSend", () => {
    running += 1;
    clearTimeout(busyTimer);
    busyTimer = setTimeout(() => root.classList.add("is-busy"), 300);
  });
  document.addEventListener("htmx:afterRequest", () => {
    running = Math.max(0, running - 1);
    if (running) return;
    clearTimeout(busyTimer);
    root.classList.remove("is-busy");
  });

  // --- Requests that fail -----------------------------------------------------------------------------------------
  const REFUSALS = {
    403: "You may not do this, or the page is too old. Reload the page and try again.",
    404: "This is no longer here. Reload the page.",
    413: "The file is too large.",
    429: "That was too often. Wait a moment, then try again.",
  };
  document.addEventListener("htmx:responseError", (event) => {
    const message = REFUSALS[event.detail.xhr.status] || "Something went wrong on our side. Try again in a moment.";
    toast({ level: "error", message });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      toast({ level: "error", message: "The portal cannot be reached. Check your connection and try again." });
    });
  }

  // --- Menus and notices --------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
    const dismisser = event.target.closest("[data-dismiss]");
    if (dismisser) {
      dismisser.closest(".message-bar")?.remove();
      if (document.activeElement === document.body) one("#main")?.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && one("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    one("summary", menu).focus();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // --- Theme ------------------------------------------------------------------------------------------------------
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-theme-choice]")) return;
    const theme = event.target.value;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    try {
      if (theme) localStorage.setItem("theme", theme);
      else localStorage.removeItem("theme");
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
  });

  // --- Times in the reader's zone, written like the server writes them ------------------------------------------------
  const LANGUAGE = root.lang === "en" ? "en-US" : root.lang;
  const DAY = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long" });
  const MINUTES = new Intl.DateTimeFormat(LANGUAGE, { hour: "numeric", minute: "2-digit" });
  const SECONDS = new Intl.DateTimeFormat(LANGUAGE, { hour: "numeric", minute: "2-digit", second: "2-digit" });
  const elsewhere = (timeStyle) => new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle });
  const first = (text) => (LANGUAGE === "fr" ? text.replace(/^1 /, "1er ") : text);
  const STYLES = LANGUAGE !== "en-US" ? {
    date: (moment) => first(DAY.format(moment)),
    minutes: (moment) => first(elsewhere("short").format(moment)),
    seconds: (moment) => first(elsewhere("medium").format(moment)),
  } : {
    date: (moment) => DAY.format(moment),
    minutes: (moment) => `${DAY.format(moment)}, ${MINUTES.format(moment)}`,
    seconds: (moment) => `${DAY.format(moment)} at ${SECONDS.format(moment)}`,
  };
  STYLES.until = STYLES.minutes;

  function enhance(within) {
    all("time[data-when]", within.parentNode || within).forEach((element) => {
      const write = STYLES[element.dataset.when];
      if (write) element.textContent = write(new Date(element.dateTime)).replaceAll("\u202f", " ");
    });
    all("[data-theme-choice]").forEach((choice) => { choice.checked = choice.value === (root.dataset.theme || ""); });
  }
  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
})();
