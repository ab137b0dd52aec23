// What a proposal offers, in the words of whoever reads: when it leaves, who is in the car, who lives in the home.
import { html } from "../core/ui.js";
import { day, language, t, tIn, time } from "../core/words.js";
import { townName, zoneName } from "./places.js";

export const kindOf = (card) => (card.ride && card.stay ? "both" : card.ride ? "ride" : "stay");
const end = (card, code) => (card.stay ? townName(card.stay.town, code) : zoneName(card.arrival_zone, code));
export const cardTitle = (card, code = language.value) => `${tIn(code, `volunteer.kind.${kindOf(card)}`)} → ${end(card, code)}`;

// Women, men and children in words; "nobody" when there are none.
export function company({ women, men, unknown, children }, code = language.value) {
  const words = [["women", women], ["men", men], ["adults", unknown], ["children", children]]
    .filter(([, n]) => n > 0)
    .map(([name, n]) => tIn(code, `volunteer.company.${name}`, { n }));
  return words.join(", ") || tIn(code, "volunteer.company.nobody");
}

const more = (n, code) => (n > 0 ? ` + ${tIn(code, "volunteer.company.others", { n })}` : "");
const spokenIn = (languages, code) => languages.map((one) => tIn(code, `volunteer.language.${one}`)).join(", ");

// Pairs of a name and a value, by what the card has.
export function factsOf(card, code = language.value) {
  const say = (key, params) => tIn(code, key, params);
  const { ride, stay } = card;
  const rows = [];
  if (ride) {
    rows.push([say("volunteer.card.leaves"), leaves(ride, code)]);
    rows.push([say("volunteer.card.car"), `${ride.make}, ${ride.color} · ${say("volunteer.card.seats", { n: ride.seats_free })}`]);
    rows.push([say("volunteer.card.in_car"), company(ride.crew, code) + more(ride.others, code)]);
    if (ride.languages.length) rows.push([say("volunteer.card.spoken_car"), spokenIn(ride.languages, code)]);
  }
  if (ride && !stay) rows.push([say("volunteer.card.ends"), zoneName(card.arrival_zone, code)]);
  if (stay) {
    const near = stay.km === null ? "" : ` · ${say("volunteer.card.km", { n: Math.round(stay.km) })}`;
    rows.push([say("volunteer.card.stay"), townName(stay.town, code) + near]);
    rows.push([say("volunteer.card.in_home"), company(stay.residents, code) + more(stay.others, code)]);
    rows.push([say("volunteer.card.beds"), say("volunteer.card.beds_free", { n: stay.beds_free })]);
    rows.push([say("volunteer.card.until"), day(stay.to_date, code)]);
    if (stay.languages.length) rows.push([say("volunteer.card.spoken_home"), spokenIn(stay.languages, code)]);
  }
  return rows;
}

function leaves(ride, code) {
  const [from, until] = [ride.departs_from, ride.departs_until];
  const last = day(from, code) === day(until, code) ? time(until, code) : `${day(until, code)}, ${time(until, code)}`;
  return `${day(from, code)}, ${time(from, code)} – ${last}`;
}

export const Facts = ({ card, code }) =>
  html`<dl class="v-facts">${factsOf(card, code).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
