// One match or journey: whom to look for, what comes next, word from the road, arrival, whom to call, its end.
import { Ask, Busy, Button, Note, Problem, Screen } from "../core/parts.js";
import { isOnline } from "../core/session.js";
import { html, useEffect, useSignal } from "../core/ui.js";
import { dayTime, t, time } from "../core/words.js";
import { board, lookAtBoard, PLACES } from "./board.js";
import { NeedsNetwork, Outcome, useDeed } from "./deed.js";
import { Tiles } from "./form_parts.js";
import { Contact } from "./household.js";
import { Age, useKept } from "./kept.js";
import { Arrivals, Words } from "./road.js";
import { coordinates, loadPlaces, townName, zoneName } from "./places.js";
import { peopleLine } from "./spoken.js";

const ROAD = ["departed", "overdue", "alerted", "halted"];
const RUNNING = ["confirmed", ...ROAD, "arrived"];
const CANCELS = ["household_left", "plans_changed", "provider_withdrew", "staff_decision"];
const OUTCOMES = ["arrived_safe", "moved_elsewhere", "returned", "handed_to_police", "handed_to_authority"];
const TONES = { overdue: "bad", alerted: "bad", halted: "bad", confirmed: "ok", arrived: "ok", departed: "info" };

export function Journey({ params, query }) {
  const kept = useKept(`/journeys/${params.id}`).value;
  useEffect(() => void loadPlaces(), []);
  const row = kept.data ?? (kept.loading || kept.problem ? null : fromBoard(params.id));
  return html`<${Screen} title=${t("volunteer.journey.title")} back="/">
    ${kept.loading && !row && html`<${Busy} />`}
    <${Problem} problem=${kept.problem} />
    ${!row && !kept.loading && !kept.problem && html`<${Note} tone="warn"><p>${t("volunteer.kept.none")}</p><//>`}
    <${Age} kept=${kept} />
    ${row && query?.confirmed && row.status === "confirmed" && html`<${Note} tone="ok"><p>${t("volunteer.journey.confirmed")}</p><//>`}
    ${row && html`<${Seen} row=${row} />`}
  <//>`;
}

// A journey that was never opened on this phone, as far as the board knows it: enough to take down word without a network.
function fromBoard(id) {
  const rows = board.value ? PLACES.slice(2).flatMap((place) => board.value.data[place]) : [];
  const row = rows.find((one) => one.id === id);
  if (!row) return null;
  const ride = row.plate && { plate: row.plate, driver: row.driver, make: "", color: "", departs_until: row.leaves_until };
  return { ...row, side: "staff", need: { children: row.minors }, ride, stay: null, steps: [] };
}

function Seen({ row }) {
  const { need } = row;
  const staff = row.side === "staff";
  const rest = ["child_seats", "wheelchairs", "pets", "luggage"].filter((name) => need[name] > 0);
  return html`
    <p class="v-status"><span class="tag" data-tone=${TONES[row.status] ?? "plain"}>${t(`volunteer.status.${row.status}`)}</span>
      <strong>${zoneName(row.origin)} → ${row.arrival_zone ? zoneName(row.arrival_zone) : townName(row.destination)}</strong></p>
    ${row.status === "halted" && html`<${Note} tone="bad"><p>${t("volunteer.journey.halted")}</p><//>`}
    ${row.ride && html`<div class="card"><h2>${t("volunteer.journey.car")}</h2><p class="v-plate">${row.ride.plate}</p>
      <p>${[row.ride.driver, row.ride.make, row.ride.color].filter(Boolean).join(", ")}</p><p class="muted">${t("volunteer.row.leaves_until", { time: dayTime(row.ride.departs_until) })}</p></div>`}
    ${row.status === "confirmed" && row.carrier_said !== undefined && html`<${CarrierSaid} row=${row} />`}
    <dl class="v-facts">
      <div><dt>${t("volunteer.journey.people")}</dt><dd>${peopleLine(row.people, need.children)}</dd></div>
      ${rest.map((name) => html`<div key=${name}><dt>${t(`volunteer.carry.${name}`)}</dt><dd>${need[name]}</dd></div>`)}
      ${row.stay && html`<div><dt>${t("volunteer.card.stay")}</dt><dd>${townName(row.stay.town)}</dd></div>`}
      ${row.departed_at && html`<div><dt>${t("volunteer.journey.left")}</dt><dd>${dayTime(row.departed_at)}</dd></div>`}
      ${row.eta_at && html`<div><dt>${t("volunteer.journey.eta")}</dt><dd>${dayTime(row.eta_at)}</dd></div>`}
      ${row.arrived_at && html`<div><dt>${t("volunteer.journey.arrived")}</dt><dd>${dayTime(row.arrived_at)}</dd></div>`}
    </dl>
    <${Next} row=${row} />
    ${ROAD.includes(row.status) && row.departed_at && html`<${Arrivals} row=${row} />`}
    ${ROAD.includes(row.status) && html`<${Ladder} steps=${row.steps ?? []} />`}
    ${RUNNING.includes(row.status) && html`<${Words} row=${row} />`}
    ${staff && html`<section><h2>${t("volunteer.journey.more")}</h2><div class="presses">
      ${[...RUNNING, "closed"].includes(row.status) && html`<${Button} tone="danger" picture="concern" to=${`/journeys/${row.id}/concern`}>${t("volunteer.concern.title")}<//>`}
      <${Contact} path=${`/journeys/${row.id}/contacts`} />
      ${row.household && html`<${Button} tone="quiet" picture="family" to=${`/households/${row.household}`}>${t("volunteer.household.open")}<//>`}
    </div></section>`}
    <${Ending} row=${row} />`;
}

// What the driver or host has said by themselves: it opens no gate.
function CarrierSaid({ row }) {
  const { carrier_said: said, carrier_said_at: at } = row;
  if (!said) return html`<p class="muted">${t("volunteer.journey.carrier_silent")}</p>`;
  const tone = { here: "ok", wrong: "bad" }[said] ?? "info";
  return html`<p>${t("volunteer.journey.carrier")} <span class="tag" data-tone=${tone}>${t(`volunteer.carrier_said.${said}`)}</span> <span class="muted">${time(at)}</span></p>`;
}

// The one thing that comes next in this state.
function Next({ row }) {
  const deed = useDeed();
  const act = async (path) => (await deed.run(path)) && lookAtBoard();
  const steps = {
    proposed: [["accept", "volunteer.journey.they_choose"]],
    accepted: [["confirm", "volunteer.chosen.confirm"]],
    arrived: [["closure", "volunteer.journey.close"]],
  }[row.status];
  if (row.status === "confirmed") {
    return html`<div class="presses"><${Button} picture="qr" to=${`/gate/${row.id}`}>${t("volunteer.journey.hand_over")}<//></div>
      ${!isOnline.value && html`<${NeedsNetwork} paper="volunteer.journey.gate_paper" />`}`;
  }
  if (!steps) return null;
  const base = row.status === "arrived" ? "/journeys" : "/matches";
  return html`${row.status === "accepted" && html`<p>${t("volunteer.chosen.text")}</p>`}<${Outcome} deed=${deed} />
    ${!isOnline.value && html`<${NeedsNetwork} paper="volunteer.proposals.paper" />`}
    <div class="presses">${steps.map(([name, words]) => html`<${Button} key=${name} picture="check" busy=${deed.busy} onClick=${() => act(`${base}/${row.id}/${name}`)}>${t(words)}<//>`)}</div>`;
}

// What the registry does by itself while nobody has heard that they arrived.
function Ladder({ steps }) {
  if (!steps.length) return null;
  return html`<section><h2>${t("volunteer.ladder.title")}</h2><ol class="v-ladder">${steps.map((step) => html`<li key=${step.code} data-done=${step.done_at ? "yes" : null}>
    <span>${t(`volunteer.ladder.${step.code}`)}</span><span class="muted">${step.done_at ? t("volunteer.ladder.done", { time: time(step.done_at) }) : t("volunteer.ladder.due", { time: time(step.due_at) })}</span></li>`)}</ol></section>`;
}

// Calling it off before departure; the end of a journey that did not end as planned.
function Ending({ row }) {
  const before = ["proposed", "accepted", "confirmed"].includes(row.status);
  if (before && row.side === "staff") return html`<${CallOff} row=${row} />`;
  if (["halted", "overdue", "alerted"].includes(row.status) && coordinates(row.origin)) return html`<${Resolve} row=${row} />`;
  return null;
}

function CallOff({ row }) {
  const deed = useDeed();
  const reason = useSignal("");
  const sure = useSignal(false);
  const off = async () => {
    sure.value = false;
    if (await deed.run(`/matches/${row.id}/cancel`, { reason: reason.value })) lookAtBoard();
  };
  const refuse = async () => (await deed.run(`/matches/${row.id}/decline`)) && lookAtBoard();
  return html`<details><summary>${t("volunteer.off.title")}</summary>
    ${row.status !== "confirmed" && html`<div class="presses"><${Button} tone="quiet" busy=${deed.busy} onClick=${refuse}>${t("volunteer.off.they_refuse")}<//></div>`}
    <${Tiles} name="reason" k="volunteer.off.why" value=${reason.value} onChange=${(code) => (reason.value = code)} options=${CANCELS.map((code) => ({ value: code, k: `volunteer.cancel.${code}` }))} />
    <${Outcome} deed=${deed} />
    <div class="presses"><${Button} tone="danger" disabled=${!reason.value} busy=${deed.busy} onClick=${() => (sure.value = true)}>${t("volunteer.off.do")}<//></div>
    <${Ask} open=${sure.value} tone="danger" title=${t("volunteer.off.sure")} yes=${t("volunteer.off.do")} onYes=${off} onNo=${() => (sure.value = false)}><p>${t("volunteer.off.text")}</p><//></details>`;
}

function Resolve({ row }) {
  const deed = useDeed();
  const outcome = useSignal("");
  const again = useSignal(null);
  const end = async () => {
    const body = { outcome: outcome.value, needs_new: again.value === "yes" };
    if (await deed.run(`/journeys/${row.id}/resolution`, body)) lookAtBoard();
  };
  return html`<details><summary>${t("volunteer.resolve.title")}</summary><p>${t("volunteer.resolve.text")}</p>
    <${Tiles} name="outcome" k="volunteer.resolve.what" value=${outcome.value} onChange=${(code) => (outcome.value = code)} options=${OUTCOMES.map((code) => ({ value: code, k: `volunteer.outcome.${code}` }))} />
    <${Tiles} name="again" k="volunteer.resolve.again" value=${again.value} onChange=${(code) => (again.value = code)} options=${["yes", "no"].map((code) => ({ value: code, k: `core.${code}` }))} />
    <${Outcome} deed=${deed} />
    <div class="presses"><${Button} disabled=${!outcome.value || !again.value} busy=${deed.busy} onClick=${end}>${t("volunteer.resolve.do")}<//></div></details>`;
}
