// Alarms of the zone: who looks after each, and how it ended.
import { Busy, Button, Empty, Screen } from "../core/parts.js";
import { isOnline, me, zone } from "../core/session.js";
import { html, useEffect, useSignal } from "../core/ui.js";
import { dayTime, has, t } from "../core/words.js";
import { board, lookAtBoard } from "./board.js";
import { NeedsNetwork, Outcome, useDeed } from "./deed.js";
import { Tiles } from "./form_parts.js";
import { Age } from "./kept.js";

const OUTCOMES = ["safe", "false_alarm", "handed_to_police", "handed_to_authority", "resolved"];

export function Alarms() {
  useEffect(() => void lookAtBoard(), [zone.value?.code]);
  const rows = board.value?.data.alarms ?? [];
  return html`<${Screen} title=${t("volunteer.alarms.title")} back="/">
    ${!zone.value && html`<p>${t("volunteer.zone.first")}</p><div class="presses"><${Button} to="/zone">${t("volunteer.zone.choose")}<//></div>`}
    ${zone.value && !board.value && html`<${Busy} />`}
    ${board.value && html`<${Age} kept=${{ ...board.value, loading: false }} />`}
    ${!isOnline.value && rows.length > 0 && html`<${NeedsNetwork} paper="volunteer.alarms.paper" />`}
    ${board.value && rows.length === 0 && html`<${Empty}>${t("volunteer.alarms.none")}<//>`}
    ${rows.map((row) => html`<${Alarm} key=${row.id} row=${row} />`)}
  <//>`;
}

// Words of an alarm; a newer server may know one that this app does not.
const named = (code) => (has(`volunteer.alarm.${code}`) ? t(`volunteer.alarm.${code}`) : t("volunteer.alarm.other"));

function Alarm({ row }) {
  const deed = useDeed();
  const closing = useSignal(false);
  const outcome = useSignal("");
  const mine = row.taken_by === me.value?.id;
  const take = async () => (await deed.run(`/alarms/${row.id}/take`)) && lookAtBoard();
  const close = async () => (await deed.run(`/alarms/${row.id}/close`, { outcome: outcome.value })) && lookAtBoard();
  return html`<section class="card" data-tone=${row.level >= 4 ? "bad" : "warn"}><h2>${named(row.code)}</h2>
    <p class="muted">${t("volunteer.alarms.since", { time: dayTime(row.created_at) })}</p>
    <p>${row.taken_at ? t(mine ? "volunteer.alarms.yours" : "volunteer.alarms.taken") : t("volunteer.alarms.nobody")}</p>
    <${Outcome} deed=${deed} />
    ${closing.value && html`<${Tiles} name=${`outcome-${row.id}`} k="volunteer.alarms.what" value=${outcome.value} onChange=${(code) => (outcome.value = code)} options=${OUTCOMES.map((code) => ({ value: code, k: `volunteer.alarm_outcome.${code}` }))} />`}
    <div class="presses">
      ${!row.taken_at && html`<${Button} picture="alarm" busy=${deed.busy} onClick=${take}>${t("volunteer.alarms.take")}<//>`}
      ${row.match && html`<${Button} tone="quiet" to=${`/journeys/${row.match}`}>${t("volunteer.journey.open")}<//>`}
      ${closing.value ? html`<${Button} disabled=${!outcome.value} busy=${deed.busy} onClick=${close}>${t("volunteer.alarms.close")}<//>`
      : html`<${Button} tone="quiet" onClick=${() => (closing.value = true)}>${t("volunteer.alarms.close_start")}<//>`}
    </div></section>`;
}

