/** Signs that differ by shape alone: a tick in a circle, a hand's octagon with a cross, a card with a tick, a question. */
import { html } from "../core/ui.js";

const SIGNS = {
  go: ["M50 4a46 46 0 1 0 0 92 46 46 0 0 0 0-92z", "m27 51 16 17 31-36"],
  stop: ["M31 4h38l27 27v38L69 96H31L4 69V31z", "m33 33 34 34", "m67 33-34 34"],
  good: ["M8 18h84v64H8z", "m30 51 14 14 27-31"],
  unknown: ["M50 6 97 92H3z", "M50 36v26", "M50 75v1"],
};

export const Sign = ({ name }) =>
  html`<svg class="gate-sign" viewBox="0 0 100 100" aria-hidden="true">${SIGNS[name].map((d) => html`<path d=${d} />`)}</svg>`;
