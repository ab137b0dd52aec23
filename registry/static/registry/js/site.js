// Small helps on top of pages that work without it: one sending per form, + and - buttons, focus on problems.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
});

// A page that comes back from the browser's memory may be sent again; the server still does it once.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

function stepper(input) {
  const box = document.createElement("span");
  box.className = "stepper";
  input.before(box);
  const name = input.labels && input.labels[0] ? input.labels[0].textContent.trim() : input.getAttribute("aria-label") || "";
  const make = (text, step) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-label", `${text} ${name}`);
    button.addEventListener("click", () => {
      const low = Number(input.min || 0), high = Number(input.max || 99);
      input.value = String(Math.min(high, Math.max(low, Number(input.value || low) + step)));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return button;
  };
  box.append(make("−", -1), input, make("+", 1));
}

for (const input of document.querySelectorAll("input[data-stepper]")) stepper(input);
const problem = document.querySelector("[data-focus]");
if (problem) problem.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
