// The lists of the board: who waits, who leaves, who is on the road, who is late, who comes.
import { serverNow } from "../core/api.js";
import { Busy, Button, Empty, Screen } from "../core/parts.js";
import { outbox } from "../core/outbox.js";
import { zone } from "../core/session.js";
import { html, useEffect } from "../core/ui.js";
import { day, t, time } from "../core/words.js";
import { board, lookAtBoard } from "./board.js";
import { Age } from "./kept.js";
import { loadPlaces, townName, zoneName } from "./places.js";
import { peopleLine } from "./spoken.js";

// Which lists stand on one screen.
const SCREENS = {
  waiting: ["waiting", "households"],
  leaving: ["confirmed", "chosen"],
  road: ["overdue", "on_the_road", "arrived"],
  arrivals: ["expected"],
};

export function Lists({ params }) {
  useEffect(() => void (loadPlaces(), lookAtBoard()), [zone.value?.code]);
  const names = SCREENS[params.name] ?? [];
  return html`<${Screen} title=${t(`volunteer.lists.${params.name}`)} back="/">
    ${!zone.value && html`<p>${t("volunteer.zone.first")}</p><div class="presses"><${Button} to="/zone">${t("volunteer.zone.choose")}<//></div>`}
    ${zone.value && !board.value && html`<${Busy} />`}
    ${board.value && html`<${Age} kept=${{ ...board.value, loading: false }} />${names.map((name) => html`<${List} key=${name} name=${name} single=${names.length === 1} />`)}`}
    ${params.name === "waiting" && html`<div class="v-bar"><${Button} picture="plus" to="/register">${t("volunteer.register.title")}<//></div>`}
  <//>`;
}

function List({ name, single }) {
  const rows = board.value.data[name];
  return html`<section>${!single && html`<h2>${t(`volunteer.place.${name}`)} (${rows.length})</h2>`}
    ${rows.length ? html`<ul class="v-list">${rows.map((row) => html`<${Row} key=${row.id} place=${name} row=${row} />`)}</ul>` : html`<${Empty}>${t(`volunteer.nothing.${name}`)}<//>`}
  </section>`;
}

const TO = { households: (row) => `/households/${row.id}`, waiting: (row) => `/requests/${row.id}` };
const TONES = { overdue: "bad", alerted: "bad", halted: "bad", confirmed: "ok", departed: "info", arrived: "ok", accepted: "warn", proposed: "info" };

// One line of a list: who, where to, what comes next; a link to its screen.
export function Row({ place, row, marked = false, onMark }) {
  const to = (TO[place] ?? ((one) => `/journeys/${one.id}`))(row);
  const unsent = outbox.entries.value.filter((entry) => entry.state !== "sent" && entry.path.includes(row.id)).length;
  return html`<li class="v-item" data-tone=${TONES[row.status] ?? ""}>
    <a class="v-line" href=${`#${to}`}>
      <span class="v-slip" aria-label=${t("volunteer.slip")}>${row.slip}</span>
      <span class="v-what"><strong>${headline(place, row)}</strong><span>${peopleLine(row.people ?? row.size, row.minors)}</span>
        <span class="muted">${detail(place, row)}</span></span>
      ${row.status && html`<span class="tag" data-tone=${TONES[row.status] ?? "plain"}>${t(`volunteer.status.${row.status}`)}</span>`}
      ${unsent > 0 && html`<span class="tag" data-tone="warn">${t("volunteer.unsent", { n: unsent })}</span>`}
    </a>
    ${onMark && html`<label class="v-mark"><input type="checkbox" checked=${marked} onChange=${() => onMark(row.id)} /><span>${t("volunteer.handover.look_first")}</span></label>`}
    ${!onMark && marked && html`<span class="tag" data-tone="warn">${t("volunteer.handover.look_first")}</span>`}
  </li>`;
}

function headline(place, row) {
  if (place === "households") return t("volunteer.row.not_asked");
  if (place === "waiting") return row.destination ? `${t(`volunteer.kind.${row.kind}`)} → ${townName(row.destination)}` : t(`volunteer.kind.${row.kind}`);
  const end = row.arrival_zone ? zoneName(row.arrival_zone) : townName(row.destination);
  return place === "expected" ? t("volunteer.row.from", { place: zoneName(row.origin) }) : `→ ${end}`;
}

function detail(place, row) {
  if (place === "households" || place === "waiting") return t("volunteer.row.since", { time: sinceWords(row.created_at) });
  const car = row.plate ? `${row.plate}${row.driver ? ` · ${row.driver}` : ""}` : t("volunteer.row.own_way");
  if (place === "confirmed" && row.leaves_until) return `${car} · ${t("volunteer.row.leaves_until", { time: time(row.leaves_until) })}`;
  if (["on_the_road", "overdue", "expected"].includes(place) && row.eta_at) return `${car} · ${t("volunteer.row.eta", { time: time(row.eta_at) })}`;
  return car;
}

function sinceWords(iso) {
  const today = day(iso) === day(serverNow().toISOString());
  return today ? time(iso) : `${day(iso)}, ${time(iso)}`;
}
