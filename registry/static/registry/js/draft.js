// Keeps what is typed into a form until it is taken, in this tab alone, so that a lost network or an ended sign-in costs nothing.
// Never passwords, files or hidden fields. Extra: without it the form works the same.
"use strict";

const form = document.querySelector("form[data-draft]");
const kept = form && `draft:${form.dataset.draft}`;
const KEPT_MS = 12 * 3600 * 1000;

function fields() {
  return [...form.elements].filter((e) => e.name && !e.readOnly && !["password", "file", "hidden", "submit", "button"].includes(e.type));
}

function save() {
  const values = fields().map((e) => [e.name, e.value, e.type === "checkbox" || e.type === "radio" ? e.checked : null,
    e.multiple ? [...e.selectedOptions].map((o) => o.value) : null]);
  sessionStorage.setItem(kept, JSON.stringify({ at: Date.now(), values }));
}

function restore() {
  const draft = JSON.parse(sessionStorage.getItem(kept) || "null");
  if (!draft || Date.now() - draft.at > KEPT_MS) return sessionStorage.removeItem(kept);
  for (const [name, value, checked, chosen] of draft.values) {
    for (const e of fields().filter((field) => field.name === name)) {
      if (checked !== null) { if (e.value === value) e.checked = checked; }
      else if (chosen) for (const option of e.options) option.selected = chosen.includes(option.value);
      else e.value = value;
    }
  }
}

try {
  if (form) {
    // A form that came back with problems shows what was sent; only an empty one is filled.
    if (!form.querySelector("[role=alert]")) restore();
    form.addEventListener("input", save);
    form.addEventListener("change", save);
  }
  const done = document.querySelector("[data-draft-done]") || location.hash === "#saved";
  if (done) for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft:")) sessionStorage.removeItem(key);
} catch {
  // No storage in this browser.
}
