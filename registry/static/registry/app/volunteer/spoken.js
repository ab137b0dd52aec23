// The same words twice: for the volunteer, and below for the family in their language.
import { html } from "../core/ui.js";
import { language, t, tIn } from "../core/words.js";

// `to` is the family's language; one line is enough when both speak the same.
export function Both({ k, to, params, big = false }) {
  const first = t(k, params);
  const second = to && to !== language.value ? tIn(to, k, params) : "";
  return html`<span class=${big ? "v-both v-big" : "v-both"}><span>${first}</span>${
    second && second !== first && html`<span class="v-theirs" lang=${to}>${second}</span>`
  }</span>`;
}

export const peopleLine = (people, minors) =>
  minors ? `${t("volunteer.people", { n: people })}, ${t("volunteer.minors", { n: minors })}` : t("volunteer.people", { n: people });

// The number on a paper slip, made from the household's id: the same on every screen, given out without a network.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export function paperNumber(id) {
  const bits = Number.parseInt(id.replaceAll("-", "").slice(-6), 16) & 0xfffff;
  return [15, 10, 5, 0].map((shift) => ALPHABET[(bits >> shift) & 31]).join("");
}

export const grouped = (code) => (code ?? "").replace(/(.{4})(?=.)/g, "$1-");
