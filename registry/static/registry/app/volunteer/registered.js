// After registering: the code for the family, or the number for a paper slip until the server has given one.
import { outbox } from "../core/outbox.js";
import { Busy, Button, Empty, Note, Screen } from "../core/parts.js";
import { html, useEffect, useSignal } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { t, tIn, time } from "../core/words.js";
import { grouped, peopleLine } from "./spoken.js";

const KIND = "registered";
const entryOf = (kind, id) => outbox.entries.value.find((one) => one.kind === kind && (one.body?.id ?? one.answer?.id) === id);

// What became of a household that this phone registered: {state, code, problem}.
function became(id) {
  const entry = entryOf("household", id);
  return { state: entry?.state ?? "gone", code: entry?.answer?.code ?? null, problem: entry?.problem ?? null };
}

export function Registered({ params }) {
  const row = useSignal(undefined);
  useEffect(() => {
    vault.get(KIND, params.id).then((found) => (row.value = found ?? null), () => (row.value = null));
  }, [params.id]);
  if (row.value === undefined) return html`<${Screen} title=${t("volunteer.registered.title")} back="/"><${Busy} /><//>`;
  if (!row.value) return html`<${Screen} title=${t("volunteer.registered.title")} back="/"><${Empty}>${t("volunteer.registered.gone")}<//><//>`;
  const found = became(params.id);
  return html`<${Screen} title=${t("volunteer.registered.title")} back="/registered">
    ${found.code ? html`<${Code} code=${found.code} row=${row.value} />` : html`<${Paper} found=${found} row=${row.value} />`}
    <${Further} row=${row.value} found=${found} />
  <//>`;
}

function Code({ code, row }) {
  return html`<div class="v-code" data-tone="ok"><p>${t("volunteer.registered.code")}</p><p class="v-big-code">${grouped(code)}</p>
    <p class="v-say" lang=${row.language}>${tIn(row.language, "volunteer.registered.keep")}</p>
    <p class="muted">${t("volunteer.registered.was_paper", { paper: row.paper })}</p></div>`;
}

function Paper({ found, row }) {
  if (found.state === "gone") return html`<${Note} tone="bad"><p>${t("volunteer.registered.dropped")}</p><//>`;
  if (found.state === "refused") return html`<${Note} tone="bad"><p><strong>${t("volunteer.registered.refused")}</strong></p><p>${found.problem?.detail}</p><div class="presses"><${Button} to="/queue">${t("volunteer.registered.queue")}<//></div><//>`;
  return html`<div class="v-code" data-tone="warn"><p>${t("volunteer.registered.paper")}</p><p class="v-big-code">${row.paper}</p>
    <p class="v-say" lang=${row.language}>${tIn(row.language, "volunteer.registered.keep_paper")}</p>
    <p class="muted" role="status">${t("volunteer.registered.waits")}</p></div>`;
}

function Further({ row, found }) {
  const asked = row.requestId && entryOf("request", row.requestId);
  const ready = row.requestId && found.state === "sent" && asked?.state === "sent";
  return html`
    ${asked?.state === "refused" && html`<${Note} tone="bad"><p>${t("volunteer.registered.request_refused")}</p><p>${asked.problem?.detail}</p><div class="presses"><${Button} to="/queue">${t("volunteer.registered.queue")}<//></div><//>`}
    ${row.requestId && !ready && found.state !== "gone" && html`<${Note} tone="info"><p>${t("volunteer.registered.match_later")}</p><//>`}
    <div class="presses">
      ${ready && html`<${Button} picture="search" to=${`/requests/${row.requestId}`}>${t("volunteer.registered.find")}<//>`}
      ${!row.requestId && found.code && html`<${Button} to=${`/households/${row.id}/request`}>${t("volunteer.household.ask")}<//>`}
      <${Button} tone=${ready ? "quiet" : "main"} picture="plus" to="/register">${t("volunteer.registered.next")}<//>
      ${found.code && html`<${Button} tone="quiet" href=${`/households/${row.id}/slip/`}>${t("volunteer.registered.slip")}<//>`}
      ${found.code && html`<${Button} tone="quiet" to=${`/households/${row.id}`}>${t("volunteer.household.open")}<//>`}
    </div>`;
}

// Everybody whom this phone has registered in the last day: the number on paper beside the code.
export function RegisteredHere() {
  const rows = useSignal(null);
  useEffect(() => {
    vault.all(KIND).then((all) => (rows.value = all.sort((a, b) => b.at.localeCompare(a.at))));
  }, [outbox.entries.value.length]);
  return html`<${Screen} title=${t("volunteer.registered.here")} back="/">
    <p>${t("volunteer.registered.here_text")}</p>
    ${!rows.value && html`<${Busy} />`}
    ${rows.value?.length === 0 && html`<${Empty} picture="family">${t("volunteer.registered.none")}<//>`}
    <ul class="v-list">${(rows.value ?? []).map((row) => html`<${One} key=${row.id} row=${row} />`)}</ul>
    <div class="v-bar"><${Button} picture="plus" to="/register">${t("volunteer.register.title")}<//></div>
  <//>`;
}

function One({ row }) {
  const found = became(row.id);
  const tone = { sent: "ok", refused: "bad", gone: "bad" }[found.state] ?? "warn";
  return html`<li class="v-item"><a class="v-line" href=${`#/registered/${row.id}`}>
    <span class="v-slip" aria-label=${t("volunteer.slip_paper")}>${row.paper}</span>
    <span class="v-what"><strong>${found.code ? grouped(found.code) : peopleLine(row.people, row.minors)}</strong>
      ${found.code && html`<span>${peopleLine(row.people, row.minors)}</span>`}<span class="muted">${time(row.at)}</span></span>
    <span class="tag" data-tone=${tone}>${t(`volunteer.state.${found.state}`)}</span></a></li>`;
}
