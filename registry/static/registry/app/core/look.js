// Light or dark: as the phone, unless somebody has chosen.
import { read, write } from "./local.js";
import { effect, signal } from "./ui.js";

// "auto", "on" or "off"
export const night = signal(read("night") ?? "auto");

effect(() => {
  write("night", night.value);
  document.documentElement.dataset.night = night.value;
});
