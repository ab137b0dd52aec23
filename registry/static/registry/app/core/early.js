// Before the first paint: the light and the language that were chosen on this phone.
"use strict";

(() => {
  try {
    document.documentElement.dataset.night = localStorage.getItem("safezone.night") || "auto";
    const language = localStorage.getItem("safezone.language");
    if (language) document.documentElement.lang = language;
  } catch {
    // A browser that forbids it shows what the server has said.
  }
})();
