// Notices: the bell's count stays true, and the list is grouped by the reader's days instead of the server's.
(() => {
  "use strict";

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // --- The bell asks again when the tab comes back into sight, quietly: no toast, no sign-in page, not too often -----
  const LEAST_MS = 20000;
  let askedAt = Date.now();

  async function refreshBell() {
    const bell = document.querySelector("#bell");
    if (!bell || document.visibilityState !== "visible" || Date.now() - askedAt < LEAST_MS) return;
    askedAt = Date.now();
    try {
      const answer = await fetch(bell.dataset.bell, { redirect: "manual" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#bell");
      if (fresh) bell.replaceChildren(...fresh.childNodes);
    } catch {
      // Offline, or the server restarts: the old count stands until the next time.
    }
  }
  document.addEventListener("visibilitychange", refreshBell);

  // --- Days of the reader -------------------------------------------------------------------------------------------
  const DAY = new Intl.DateTimeFormat("en-US", { dateStyle: "long" });

  function nameOf(moment) {
    const today = new Date();
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
    const name = DAY.format(moment);
    return { [DAY.format(yesterday)]: "Yesterday", [DAY.format(today)]: "Today" }[name] || name;
  }

  function regroup(list) {
    const used = new Set();
    let day = null;
    for (const row of all(".notice", list)) {
      const name = nameOf(new Date(row.querySelector("time").dateTime));
      if (day?.dataset.day !== name) {
        const own = row.closest("[data-day]");
        const next = used.has(own) ? own.cloneNode(true) : own;
        if (used.has(own)) {
          next.querySelector("ol").replaceChildren();
          day.after(next);
        }
        day = next;
        day.dataset.day = name;
        day.querySelector("h2").textContent = name;
        used.add(day);
      }
      const rows = day.querySelector("ol");
      if (row.parentNode !== rows) rows.append(row);
    }
    all("[data-day]", list).forEach((each) => each.querySelector(".notice") || each.remove());
  }

  all("[data-days]").forEach(regroup);
  document.addEventListener("htmx:load", (event) => {
    const fresh = event.detail.elt;
    const wanted = fresh.querySelector?.("[data-focus]");
    all("[data-days]").forEach(regroup);
    // A day that went into the one above it settles out of sight, so its focus is kept here.
    if (wanted && !fresh.isConnected) setTimeout(() => wanted.focus(), 30);
  });
})();
