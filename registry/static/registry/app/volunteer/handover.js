// A shift handed over: what is open as a list, what to look at first, to whom; and the same list for whoever takes it.
import { uuid7 } from "../core/api.js";
import { Busy, Button, Empty, Note, Screen } from "../core/parts.js";
import { go } from "../core/routes.js";
import { isOnline, me, shift, zone } from "../core/session.js";
import { html, useEffect, useMemo, useSignal } from "../core/ui.js";
import { dayTime, t } from "../core/words.js";
import { board, lookAtBoard, onShift, PLACES } from "./board.js";
import { NeedsNetwork, Outcome, useDeed } from "./deed.js";
import { Tiles } from "./form_parts.js";
import { Age, useKept } from "./kept.js";
import { Row } from "./lists.js";

// Hand over one's own shift.
export function HandOver() {
  const deed = useDeed();
  const first = useSignal([]);
  const to = useSignal("");
  const id = useMemo(() => uuid7(), [deed.problem]);
  const code = zone.value?.code;
  const kept = useKept(code ? `/zones/${code}/shifts?limit=100` : null).value;
  useEffect(() => void lookAtBoard(), [code]);
  if (!shift.value || !board.value) return html`<${Screen} title=${t("volunteer.handover.title")} back="/shift">${board.value ? html`<${Empty} picture="shift">${t("volunteer.shift.off")}<//>` : html`<${Busy} />`}<//>`;
  const others = (kept.data?.items ?? []).filter((row) => row.person !== me.value?.id);
  const mark = (one) => (first.value = first.value.includes(one) ? first.value.filter((other) => other !== one) : [...first.value, one]);
  const give = async () => {
    const body = { id, to: to.value || null, first: first.value };
    if (!(await deed.run(`/shifts/${shift.value.id}/handovers`, body))) return;
    await lookAtBoard();
    go("/shift", { replace: true });
  };
  const names = [...others.map((row) => ({ value: row.person, words: row.given_name })), { value: "", words: t("volunteer.handover.next_one") }];
  return html`<${Screen} title=${t("volunteer.handover.title")} back="/shift">
    <p>${t("volunteer.handover.text")}</p>
    <${Age} kept=${{ ...board.value, loading: false }} />
    <${Tiles} name="to" k="volunteer.handover.to" value=${to.value} options=${names} onChange=${(person) => (to.value = person)} />
    <h2>${t("volunteer.handover.open")}</h2><p class="help">${t("volunteer.handover.mark")}</p>
    <${Open} data=${board.value.data} first=${first.value} onMark=${mark} />
    ${!isOnline.value && html`<${NeedsNetwork} paper="volunteer.handover.paper" />`}
    <${Outcome} deed=${deed} paper="volunteer.handover.paper" />
    <div class="v-bar"><${Button} picture="handover" busy=${deed.busy} onClick=${give}>${t("volunteer.handover.give")}<//></div>
  <//>`;
}

// Take over what somebody hands over.
export function TakeOver({ params }) {
  const deed = useDeed();
  useEffect(() => void lookAtBoard(), []);
  const row = board.value?.data.handovers.find((one) => one.id === params.id);
  if (!board.value) return html`<${Screen} title=${t("volunteer.handover.take_title")} back="/shift"><${Busy} /><//>`;
  if (!row) return html`<${Screen} title=${t("volunteer.handover.take_title")} back="/shift"><${Empty} picture="handover">${t("volunteer.handover.gone")}<//><//>`;
  const take = async () => {
    if (!(await deed.run(`/handovers/${row.id}/take`))) return;
    await lookAtBoard();
    go("/", { replace: true });
  };
  return html`<${Screen} title=${t("volunteer.handover.take_title")} back="/shift">
    <p>${t("volunteer.handover.from", { name: row.given_by_name, time: dayTime(row.created_at) })}</p>
    <${Age} kept=${{ ...board.value, loading: false }} />
    <${First} data=${board.value.data} ids=${row.first} />
    <h2>${t("volunteer.handover.open")}</h2>
    <p class="muted">${t("volunteer.handover.counted", { n: PLACES.reduce((sum, name) => sum + (row.counts[name] ?? 0), 0) })}</p>
    <${Open} data=${board.value.data} first=${row.first} />
    ${!onShift() && html`<${Note} tone="warn"><p>${t("volunteer.handover.start_first")}</p><//>`}
    ${!isOnline.value && html`<${NeedsNetwork} paper="volunteer.handover.paper" />`}
    <${Outcome} deed=${deed} paper="volunteer.handover.paper" />
    <div class="v-bar"><${Button} picture="check" busy=${deed.busy} disabled=${!onShift()} onClick=${take}>${t("volunteer.handover.take")}<//></div>
  <//>`;
}

// What the one before wants to be looked at first, on top.
function First({ data, ids }) {
  const rows = PLACES.flatMap((place) => data[place].filter((row) => ids.includes(row.id)).map((row) => ({ place, row })));
  if (!ids.length) return null;
  return html`<h2>${t("volunteer.handover.first")}</h2>
    ${rows.length < ids.length && html`<p class="muted">${t("volunteer.handover.first_done", { n: ids.length - rows.length })}</p>`}
    <ul class="v-list">${rows.map(({ place, row }) => html`<${Row} key=${row.id} place=${place} row=${row} />`)}</ul>`;
}

// Every list of the board that is not empty; with `onMark` each line can be marked.
function Open({ data, first = [], onMark }) {
  const full = PLACES.filter((place) => data[place].length > 0);
  if (!full.length) return html`<${Empty}>${t("volunteer.handover.nothing_open")}<//>`;
  return full.map((place) => html`<section key=${place}><h3>${t(`volunteer.place.${place}`)} (${data[place].length})</h3>
    <ul class="v-list">${data[place].map((row) => html`<${Row} key=${row.id} place=${place} row=${row} marked=${first.includes(row.id)} onMark=${onMark} />`)}</ul></section>`);
}
