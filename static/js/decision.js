// The decision form at the desk: what is found of each product sets the answer above, and says what follows. The server
// decides by the same rule; without this script the form works as well.
(() => {
  "use strict";

  const one = (selector, within) => within.querySelector(selector);
  const all = (selector, within) => [...within.querySelectorAll(selector)];

  function verdictsOf(form) {
    return all("[data-part]", form).map((part) => one("input[type=radio]:checked", part)?.value ?? "");
  }

  // As review.decision.outcomes.follows_from: more needed anywhere asks, all refused rejects, the rest approves.
  function followsFrom(verdicts) {
    if (verdicts.includes("asked")) return "request_action";
    if (!verdicts.length || verdicts.includes("")) return "";
    return verdicts.every((verdict) => verdict === "refused") ? "reject" : "approve";
  }

  // An answer that an earlier verdict had set, and that the verdicts do not bear any more.
  function isAgainst(decision, verdicts) {
    if (decision === "request_action") return verdicts.includes("refused");
    return decision === "reject" && verdicts.includes("accepted");
  }

  // In the words that the place for it carries: one sentence for each answer, and one for an approval in part.
  function sentence(decision, verdicts, { dataset }) {
    if (!decision) return "";
    const accepted = verdicts.filter((verdict) => verdict === "accepted").length;
    const inPart = decision === "approve" && accepted < verdicts.length;
    if (!inPart) return { approve: dataset.approve, request_action: dataset.ask, reject: dataset.reject }[decision];
    return dataset.inPart.replace("{accepted}", accepted).replace("{all}", verdicts.length);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-decision]");
    if (!form) return;
    one("#decision-preview", form)?.replaceChildren(); // it showed what was chosen before
    if (!event.target.closest("[data-part]") || event.target.type !== "radio") return;
    const verdicts = verdictsOf(form);
    const decision = followsFrom(verdicts);
    const answer = decision && one(`input[name=decision][value=${decision}]`, form);
    const chosen = one("input[name=decision]:checked", form);
    if (answer) answer.checked = true;
    else if (chosen && isAgainst(chosen.value, verdicts)) chosen.checked = false;
    const place = one("[data-follows]", form);
    place.textContent = sentence(decision, verdicts, place);
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-decision]");
    if (form && event.target.matches("textarea")) one("#decision-preview", form)?.replaceChildren();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "decision-preview") return;
    event.detail.target.focus({ preventScroll: true });
    event.detail.target.scrollIntoView({ block: "nearest" });
  });
})();
