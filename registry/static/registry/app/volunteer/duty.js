// Where and how long somebody works: the zone, the shift, who else is there, the end, the tally.
import { serverNow, uuid7 } from "../core/api.js";
import { Ask, Button, Busy, Empty, Note, Screen } from "../core/parts.js";
import { go } from "../core/routes.js";
import { me, shift, zone } from "../core/session.js";
import { html, useEffect, useMemo, useSignal } from "../core/ui.js";
import { t, time } from "../core/words.js";
import { board, lookAtBoard, onShift } from "./board.js";
import { Outcome, useDeed } from "./deed.js";
import { Tiles } from "./form_parts.js";
import { Age, useKept } from "./kept.js";
import { loadPlaces, myZones, zoneName, zones } from "./places.js";

const HOURS = [4, 6, 8, 10, 12];
// A minute less than said: the server's limit of twelve hours counts from when it hears of it.
const inHours = (n) => new Date(serverNow().getTime() + n * 3600_000 - 60_000).toISOString();

// The zone in which somebody works on this phone.
export function Zone() {
  useEffect(() => void loadPlaces(), []);
  const mine = myZones.value;
  const choose = (row) => {
    zone.value = { code: row.code, name: zoneName(row.code), names: row.names };
    go("/shift", { replace: true });
  };
  return html`<${Screen} title=${t("volunteer.zone.title")} back="/">
    <p>${t("volunteer.zone.text")}</p>
    ${mine.length === 0 && (zones.value.length ? html`<${Empty} picture="map">${t("volunteer.zone.none")}<//>` : html`<${Busy} />`)}
    <ul class="v-list">${mine.map((row) => html`<li key=${row.code}><button type="button" class="v-line" aria-pressed=${row.code === zone.value?.code ? "true" : "false"} onClick=${() => choose(row)}>
      <strong>${zoneName(row.code)}</strong>
      <span class="tag" data-tone=${row.status === "active" ? "ok" : "warn"}>${t(`volunteer.zone_status.${row.status}`)}</span></button></li>`)}</ul>
  <//>`;
}

// One's shift in the chosen zone.
export function Shift() {
  const code = zone.value?.code;
  useEffect(() => void (loadPlaces(), lookAtBoard()), [code]);
  if (!code) return html`<${Screen} title=${t("volunteer.shift.title")} back="/"><${Note} tone="warn"><p>${t("volunteer.zone.first")}</p><//><div class="presses"><${Button} picture="map" to="/zone">${t("volunteer.zone.choose")}<//></div><//>`;
  return html`<${Screen} title=${t("volunteer.shift.title")} back="/">
    <p class="v-where"><strong>${zoneName(code)}</strong> <a href="#/zone">${t("volunteer.zone.other")}</a></p>
    <${Handovers} />
    ${onShift() ? html`<${Running} />` : html`<${Start} code=${code} />`}
    <${OnDuty} code=${code} />
    ${shift.value && html`<${Tally} id=${shift.value.id} />`}
  <//>`;
}

function Start({ code }) {
  const deed = useDeed();
  const hours = useSignal(8);
  // Pressed again because no answer was heard, the same body goes out again.
  const body = useMemo(() => ({ id: uuid7(), ends_at: inHours(hours.value) }), [hours.value, deed.problem]);
  const start = async () => {
    if (!(await deed.run(`/zones/${code}/shifts`, body))) return;
    shift.value = { zone: code, starts_at: serverNow().toISOString(), ...body };
    lookAtBoard();
  };
  return html`<section class="card"><h2>${t("volunteer.shift.off")}</h2><p>${t("volunteer.shift.off_text")}</p>
    <${Tiles} name="hours" short k="volunteer.shift.hours" value=${hours.value} onChange=${(n) => (hours.value = n)} options=${HOURS.map((n) => ({ value: n, words: t("volunteer.shift.for", { n }) }))} />
    <p class="muted">${t("volunteer.shift.until", { time: time(body.ends_at) })}</p>
    <${Outcome} deed=${deed} />
    <div class="presses"><${Button} picture="shift" busy=${deed.busy} onClick=${start}>${t("volunteer.shift.start")}<//></div></section>`;
}

function Running() {
  const deed = useDeed();
  const asked = useSignal(false);
  const knowingly = useSignal(false);
  const waits = board.value?.data.handovers.find((row) => row.shift === shift.value.id);
  const end = async (leave) => {
    asked.value = false;
    const done = await deed.run(`/shifts/${shift.value.id}/end`, leave ? { leave_unstaffed: true } : {});
    if (done) {
      shift.value = null;
      lookAtBoard();
    } else if (deed.state.value.problem?.code === "zone_left_unstaffed") knowingly.value = true;
  };
  return html`<section class="card" data-tone="ok"><h2>${t("volunteer.shift.on", { time: time(shift.value.ends_at) })}</h2>
    ${waits && html`<${Given} row=${waits} />`}
    <${Outcome} deed=${deed} />
    <div class="presses">
      ${!waits && html`<${Button} picture="handover" to="/shift/handover">${t("volunteer.handover.start")}<//>`}
      <${Button} tone="quiet" busy=${deed.busy} onClick=${() => (asked.value = true)}>${t("volunteer.shift.end")}<//>
    </div>
    <${Ask} open=${asked.value} title=${t("volunteer.shift.end_sure")} yes=${t("volunteer.shift.end")} onYes=${() => end(false)} onNo=${() => (asked.value = false)}>
      <p>${t("volunteer.shift.end_text")}</p><//>
    <${Ask} open=${knowingly.value} tone="danger" title=${t("volunteer.shift.alone")} yes=${t("volunteer.shift.alone_yes")} no=${t("volunteer.shift.alone_no")}
      onYes=${() => ((knowingly.value = false), end(true))} onNo=${() => ((knowingly.value = false), go("/shift/handover"))}>
      <p>${t("volunteer.shift.alone_text")}</p><//>
  </section>`;
}

function Given({ row }) {
  const deed = useDeed();
  const back = async () => {
    if (await deed.run(`/handovers/${row.id}/withdrawal`)) lookAtBoard();
  };
  const to = row.given_to ? t("volunteer.handover.given_to", { name: row.given_to_name }) : t("volunteer.handover.given_next");
  return html`<${Note} tone="info"><p>${to}</p><p>${t("volunteer.handover.until_taken")}</p>
    <${Outcome} deed=${deed} /><div class="presses"><${Button} tone="quiet" busy=${deed.busy} onClick=${back}>${t("volunteer.handover.withdraw")}<//></div><//>`;
}

// Shifts that somebody hands over here and that one may take.
function Handovers() {
  const rows = (board.value?.data.handovers ?? []).filter((row) => row.given_by !== me.value?.id);
  return rows.map((row) => html`<section class="card" data-tone="warn" key=${row.id}>
    <h2>${t("volunteer.handover.offered", { name: row.given_by_name })}</h2>
    <p>${row.given_to && row.given_to !== me.value?.id ? t("volunteer.handover.for", { name: row.given_to_name }) : t("volunteer.handover.for_you")}</p>
    <div class="presses"><${Button} picture="handover" to=${`/handovers/${row.id}`}>${t("volunteer.handover.read")}<//></div></section>`);
}

export function OnDuty({ code }) {
  const kept = useKept(`/zones/${code}/shifts?limit=100`).value;
  return html`<section><h2>${t("volunteer.shift.here")}</h2>
    ${kept.loading && !kept.data && html`<${Busy} />`}
    <${Age} kept=${kept} />
    ${kept.data && html`<ul class="v-list">${kept.data.items.map((row) => html`<li class="v-line" key=${row.id}>
      <strong>${row.given_name}${row.person === me.value?.id ? ` (${t("volunteer.shift.you")})` : ""}</strong>
      <span class="muted">${t("volunteer.shift.until", { time: time(row.ends_at) })}</span></li>`)}</ul>`}
    ${kept.data?.items.length === 0 && html`<${Empty} picture="shift">${t("volunteer.shift.nobody")}<//>`}
  </section>`;
}

const NUMBERS = ["households", "people", "confirmed", "handed_over", "people_handed_over", "arrived", "concerns"];

// What was done in this shift; the phone's own unsent entries are not in it yet.
export function Tally({ id }) {
  const kept = useKept(`/shifts/${id}/tally`).value;
  return html`<section><h2>${t("volunteer.tally.title")}</h2>
    ${kept.loading && !kept.data && html`<${Busy} />`}
    <${Age} kept=${kept} />
    ${kept.data && html`<dl class="v-tally">${NUMBERS.map((name) => html`<div key=${name}><dt>${t(`volunteer.tally.${name}`)}</dt><dd>${kept.data[name]}</dd></div>`)}</dl>`}
  </section>`;
}
