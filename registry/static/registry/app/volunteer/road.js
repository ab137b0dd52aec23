// Word from the road and arrival: taken down without a network too, and sent in order when there is one.
import { uuid7 } from "../core/api.js";
import { outbox } from "../core/outbox.js";
import { Ask, Button, Note } from "../core/parts.js";
import { html, useEffect, useSignal } from "../core/ui.js";
import { dayTime, t, time } from "../core/words.js";
import { lookAtBoard } from "./board.js";
import { lookAgain, useKept } from "./kept.js";
import { paperNumber } from "./spoken.js";

const KINDS = ["here", "underway", "wrong"];
const PICTURES = { here: "map", underway: "car", wrong: "alarm" };
const label = (row, what) => t("volunteer.road.label", { paper: paperNumber(row.household ?? row.id), what });

// What this phone still has to send about a journey.
const unsentOf = (row) => outbox.entries.value.filter((entry) => entry.state !== "sent" && entry.path.startsWith(`/journeys/${row.id}/`));

// When something of this journey was taken by the server, the screen asks again how it stands.
function useSent(row) {
  const sent = outbox.entries.value.filter((entry) => entry.state === "sent" && entry.path.startsWith(`/journeys/${row.id}/`)).length;
  useEffect(() => void (sent && (lookAgain(), lookAtBoard())), [sent]);
}

export function Words({ row }) {
  const sure = useSignal(false);
  const kept = useKept(`/journeys/${row.id}/check-ins?limit=100`).value;
  useSent(row);
  const say = (kind) => outbox.add({
    path: `/journeys/${row.id}/check-ins`, body: { id: uuid7(), kind }, kind: "check_in", label: label(row, t(`volunteer.check_in.${kind}`)),
  });
  return html`<section><h2>${t("volunteer.road.title")}</h2>
    <div class="presses v-words">${KINDS.map((kind) => html`<${Button} key=${kind} tone=${kind === "wrong" ? "danger" : "quiet"} picture=${PICTURES[kind]} onClick=${() => (kind === "wrong" ? (sure.value = true) : say(kind))}>${t(`volunteer.check_in.${kind}`)}<//>`)}</div>
    <${Ask} open=${sure.value} tone="danger" title=${t("volunteer.check_in.wrong")} yes=${t("volunteer.road.alarm")} onYes=${() => ((sure.value = false), say("wrong"))} onNo=${() => (sure.value = false)}><p>${t("volunteer.road.wrong_text")}</p><//>
    <${Unsent} rows=${unsentOf(row)} />
    ${kept.data?.items.length === 0 && html`<p class="muted">${t("volunteer.road.none")}</p>`}
    <ul class="v-list">${[...(kept.data?.items ?? [])].reverse().map((word) => html`<li class="v-item" key=${word.id} data-tone=${word.kind === "wrong" ? "bad" : ""}><p class="v-line"><span class="v-what"><strong>${t(`volunteer.check_in.${word.kind}`)}</strong><span class="muted">${t(`volunteer.side.${word.side}`)} · ${dayTime(word.at)}</span></span></p></li>`)}</ul>
  </section>`;
}

function Unsent({ rows }) {
  if (!rows.length) return null;
  const alarm = rows.some((entry) => entry.body?.kind === "wrong" || entry.kind === "concern");
  return html`<${Note} tone=${alarm ? "bad" : "warn"}><p>${t("volunteer.road.unsent", { n: rows.length })}</p>
    ${alarm && html`<p><strong>${t("volunteer.road.call")}</strong> <a href="tel:112">112</a></p>`}
    <ul>${rows.map((entry) => html`<li key=${entry.id}>${entry.label} · ${time(entry.at)} · ${t(`volunteer.state.${entry.state}`)}</li>`)}</ul>
    <p><a href="#/queue">${t("volunteer.registered.queue")}</a></p><//>`;
}

// The household and the receiving side each speak for themselves; one person never says both.
export function Arrivals({ row }) {
  const sure = useSignal("");
  const waits = (side) => unsentOf(row).find((entry) => entry.kind === "arrival" && entry.body?.side === side && entry.state !== "refused");
  const say = () => {
    const side = sure.value;
    sure.value = "";
    return outbox.add({ path: `/journeys/${row.id}/arrival`, body: { side }, kind: "arrival", label: label(row, t(`volunteer.arrive.${side}`)) });
  };
  return html`<section class="card"><h2>${t("volunteer.arrive.title")}</h2><p class="muted">${t("volunteer.arrive.text")}</p>
    ${["refugee", "receiver"].map((side) => html`<div class="v-arrive" key=${side}>
      ${row[`${side}_arrived_at`] ? html`<p><span class="tag" data-tone="ok">${t(`volunteer.arrive.said_${side}`)}</span> ${time(row[`${side}_arrived_at`])}</p>`
      : waits(side) ? html`<p><span class="tag" data-tone="warn">${t(`volunteer.state.${waits(side).state}`)}</span> ${t(`volunteer.arrive.${side}`)}</p>`
      : html`<${Button} tone="quiet" picture="arrival" onClick=${() => (sure.value = side)}>${t(`volunteer.arrive.${side}`)}<//>`}</div>`)}
    <${Ask} open=${sure.value !== ""} title=${t(`volunteer.arrive.${sure.value || "refugee"}`)} yes=${t("core.yes")} onYes=${say} onNo=${() => (sure.value = "")}><p>${t(`volunteer.arrive.sure_${sure.value || "refugee"}`)}</p><//>
  </section>`;
}

