// Forms with data-download: fetch the file, say how far it is, then hand it to the browser. Without this script the form
// simply leads to the file. The server says the number of rows (X-Export-Rows) or the size (Content-Length).
(() => {
  "use strict";

  const NEW_LINE = 10;
  const running = new WeakMap();

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-download]");
    if (!form || !window.fetch || !window.ReadableStream) return;
    event.preventDefault();
    if (!running.has(form)) download(form);
  });

  document.addEventListener("close", (event) => {
    for (const form of event.target.querySelectorAll?.("form[data-download]") ?? []) running.get(form)?.abort();
  }, true);

  async function download(form) {
    const state = form.querySelector("[data-download-state]");
    const bar = form.querySelector("[data-download-progress]");
    const words = form.querySelector("[data-download-says]");
    const tell = (text) => {
      words.textContent = text;
      document.dispatchEvent(new CustomEvent("announce", { detail: text }));
    };
    const stop = new AbortController();
    running.set(form, stop);
    state.hidden = false;
    bar.removeAttribute("value");
    tell("Preparing the file …");
    try {
      const answer = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`, { signal: stop.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const blob = await read(answer, (share) => {
        bar.value = share;
        words.textContent = `${Math.floor(share * 100)} % of the file is here.`;
      });
      bar.value = 1;
      save(blob, nameOf(answer));
      tell("The file is ready. Your browser keeps it with your downloads.");
    } catch (error) {
      if (error.name === "AbortError") return;
      state.hidden = true;
      const message = "The file could not be made. Reload the page and try again.";
      document.dispatchEvent(new CustomEvent("toast", { detail: { level: "error", message } }));
    } finally {
      running.delete(form);
    }
  }

  async function read(answer, tell) {
    const rows = Number(answer.headers.get("X-Export-Rows"));
    const size = Number(answer.headers.get("Content-Length"));
    const pieces = [];
    let lines = 0;
    let bytes = 0;
    let shown = -1;
    for await (const piece of chunks(answer.body.getReader())) {
      pieces.push(piece);
      bytes += piece.length;
      if (rows) for (const byte of piece) lines += byte === NEW_LINE;
      const share = rows ? Math.min(lines / (rows + 1), 1) : size ? Math.min(bytes / size, 1) : 0;
      if (share && Math.floor(share * 20) !== shown) {
        shown = Math.floor(share * 20);
        tell(share);
      }
    }
    return new Blob(pieces, { type: answer.headers.get("Content-Type") });
  }

  async function* chunks(reader) {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }

  function nameOf(answer) {
    return /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "")?.[1] || "export";
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
})();
