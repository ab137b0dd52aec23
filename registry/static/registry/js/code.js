// The code of a slip or link stands behind the #, which no browser sends: it is put into the form and wiped away.
"use strict";

function scanned() {
  const text = decodeURIComponent(location.hash.slice(1));
  if (!/^[0-9A-Za-z-]{8,40}$/.test(text)) return "";
  history.replaceState(null, "", location.pathname);
  return text;
}

function take() {
  const code = scanned();
  if (!code) return;
  const field = document.querySelector("input[data-code]");
  const other = document.querySelector("form[data-scanned]");
  if (field) {
    field.value = code;
    if (field.dataset.code === "go") field.form.submit();
    else field.form.querySelector("button").focus();
  } else if (other) {
    other.elements.code.value = code;
    other.hidden = false;
    other.querySelector("button").focus();
  }
}

take();
window.addEventListener("hashchange", take);

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}
