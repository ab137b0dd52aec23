// Pictograms of people, needs and things: shapes that can be told apart on a small screen in the cold.
import { html } from "../core/ui.js";

const head = (x, y, r) => html`<circle cx=${x} cy=${y} r=${r} />`;
const path = (d) => html`<path d=${d} />`;
const line = (d, width = 3) =>
  html`<path d=${d} fill="none" stroke="currentColor" stroke-width=${width} stroke-linecap="round" stroke-linejoin="round" />`;
// A dress, a pair of trousers, or neither; `s` is the size, 1 for somebody grown up.
const dress = (s) => path(`M24 ${44 - 28 * s}c${4 * s} 0 ${6 * s} ${3 * s} ${7 * s} ${7 * s}l${5 * s} ${14 * s}h${-7 * s}v${7 * s}h${-10 * s}v${-7 * s}h${-7 * s}l${5 * s} ${-14 * s}c${s} ${-4 * s} ${3 * s} ${-7 * s} ${7 * s} ${-7 * s}z`);
const trousers = (s) => path(`M${24 - 9 * s} ${44 - 24 * s}c0 ${-3 * s} ${2 * s} ${-4 * s} ${5 * s} ${-4 * s}h${8 * s}c${3 * s} 0 ${5 * s} ${s} ${5 * s} ${4 * s}v${12 * s}h${-4 * s}v${12 * s}h${-4 * s}v${-10 * s}h${-2 * s}v${10 * s}h${-4 * s}v${-12 * s}h${-4 * s}z`);
const robe = (s) => path(`M${24 - 9 * s} ${44 - 22 * s}c0 ${-4 * s} ${4 * s} ${-6 * s} ${9 * s} ${-6 * s}s${9 * s} ${2 * s} ${9 * s} ${6 * s}v${22 * s}h${-18 * s}z`);
const BODIES = { f: dress, m: trousers, unknown: robe };
const person = (sex, s) => [head(24, 44 - 34 * s, 5.5 * Math.max(s, 0.75)), BODIES[sex](s)];
const baby = (sex) => [
  head(24, 17, 7),
  path("M13 28c0-3 5-4 11-4s11 1 11 4l-3 13c-.600 2.500-4 3-8 3s-7.400-.500-8-3z"),
  sex === "f" ? path("M24 9l-6-4v8zM24 9l6-4v8z") : sex === "m" ? line("M18 8q6-5 12 0", 3) : null,
];
const stick = line("M38 24v20M38 24q0-4-4-4", 3);
const query = html`<text x="39" y="20" text-anchor="middle" font-size="20" font-weight="700">?</text>`;
const cross = path("M20 8h8v12h12v8H28v12h-8V28H8v-8h12z");

const DRAWN = {
  "0-3": baby,
  "4-11": (sex) => person(sex, 0.72),
  "12-17": (sex) => person(sex, 0.87),
  "18-59": (sex) => person(sex, 1),
  "60+": (sex) => [...person(sex, 0.96), stick],
  unknown: (sex) => [...person(sex, 0.9), query],
  medical: () => cross,
  pregnant: () => [head(21, 9, 5.5), path("M15 20c0-4 3-5 6-5s6 1 7 5c4 1 6 4 6 8s-3 6-6 6v10H16z")],
  disability: () => [head(21, 8, 5), line("M21 15v12h10l5 11h4", 4), line("M17 23a11 11 0 1 0 15 14", 4)],
  elderly_care: () => [...person("unknown", 0.96), stick],
  trauma: () => path("M24 42S6 32 6 18c0-6 4-10 9-10 4 0 7 2 9 6 2-4 5-6 9-6 5 0 9 4 9 10 0 14-18 24-18 24z"),
  newborn: () => baby("unknown"),
  no_documents: () => [line("M13 5h15l8 8v30H13zM28 5v8h8", 3), line("M18 22l12 14M30 22L18 36", 3)],
  parent: () => [html`<g transform="translate(-7 0)">${person("f", 1)}</g>`, html`<g transform="translate(11 0)">${person("unknown", 0.6)}</g>`],
  legal_guardian: () => [
    html`<g transform="translate(-9 0)">${person("unknown", 1)}</g>`,
    html`<g transform="translate(9 0)">${person("unknown", 0.6)}</g>`,
    line("M30 4h12v14H30zM33 9h6M33 13h6", 2),
  ],
  other_adult: () => [html`<g transform="translate(-9 0)">${person("m", 1)}</g>`, html`<g transform="translate(9 0)">${person("unknown", 0.6)}</g>`, query],
  none: () => person("unknown", 0.62),
  wheelchairs: () => DRAWN.disability(),
  pets: () => [head(13, 17, 4), head(22, 11, 4.5), head(32, 13, 4.5), head(38, 22, 4), path("M26 22c7 0 12 9 10 15-1 4-5 5-9 3-3-1-5-1-8 0-4 1-7-1-7-5 0-6 7-13 14-13z")],
  luggage: () => [line("M17 15v-6h14v6", 4), path("M8 15h32v26H8z")],
  both: () => [html`<g transform="translate(0 -8) scale(.75)">${DRAWN.ride()}</g>`, html`<g transform="translate(16 16) scale(.68)">${DRAWN.stay()}</g>`],
  ride: () => [path("M5 30c0-4 2-6 5-6l4-9c1-2 2-3 5-3h11c3 0 4 1 5 3l4 9c3 0 4 2 4 6v8H5z"), head(14, 39, 5), head(34, 39, 5)],
  stay: () => path("M24 6 4 24h5v18h11V30h8v12h11V24h5z"),
};

// A pictogram by its code; of a person with the sex. It says nothing to a screen reader: its words stand beside it.
export function Pic({ name, sex = "unknown" }) {
  const drawn = DRAWN[name]?.(sex);
  return drawn && html`<svg class="v-pic" viewBox="0 0 48 48" fill="currentColor" aria-hidden="true" focusable="false">${drawn}</svg>`;
}
