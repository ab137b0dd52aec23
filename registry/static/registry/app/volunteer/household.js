// One household: who they are, what they asked for, whom to call; and asking for something.
import { get, serverNow, Unreachable, uuid7 } from "../core/api.js";
import { outbox } from "../core/outbox.js";
import { Ask, Busy, Button, Note, Problem, Screen } from "../core/parts.js";
import { go } from "../core/routes.js";
import { zone } from "../core/session.js";
import { html, useEffect, useMemo, useSignal } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { LANGUAGES, t } from "../core/words.js";
import { Age, useKept } from "./kept.js";
import { crossingName, loadPlaces, zoneName } from "./places.js";
import { Pic } from "./pictures.js";
import { emptyRequest, requestBody } from "./party.js";
import { AskedFor } from "./register_steps.js";
import { grouped, paperNumber, peopleLine } from "./spoken.js";

export function Household({ params }) {
  const kept = useKept(`/households/${params.id}`).value;
  useEffect(() => void loadPlaces(), []);
  const row = kept.data;
  return html`<${Screen} title=${t("volunteer.household.title")} back="/lists/waiting">
    ${kept.loading && !row && html`<${Busy} />`}
    <${Problem} problem=${kept.problem} />
    ${!row && !kept.loading && !kept.problem && html`<${Note} tone="warn"><p>${t("volunteer.kept.none")}</p><//>`}
    <${Age} kept=${kept} />
    ${row && html`<${Seen} row=${row} />`}
  <//>`;
}

function Seen({ row }) {
  const running = row.requests.find(({ status }) => status === "open" || status === "matched");
  return html`<p class="lead">${peopleLine(row.size, row.minors)} · ${zoneName(row.zone)}</p>
    ${row.code && html`<div class="v-code"><p>${t("volunteer.registered.code")}</p><p class="v-big-code">${grouped(row.code)}</p></div>`}
    ${row.members.some((one) => isAlone(one)) && html`<${Note} tone="warn"><p>${t("volunteer.register.alone")}</p><//>`}
    <ul class="v-people">${row.members.map((one, n) => html`<li key=${n}><${Pic} name=${one.age_band} sex=${one.sex} /><span>${t(`volunteer.sex.${one.sex}`)}, ${t(`volunteer.age.${one.age_band}`)}${isChild(one) ? ` · ${t(`volunteer.guardian.${one.guardian}`)}` : ""}</span></li>`)}</ul>
    <dl class="v-facts">
      <div><dt>${t("volunteer.register.language")}</dt><dd>${LANGUAGES[row.language]}</dd></div>
      ${row.needs.length > 0 && html`<div><dt>${t("volunteer.register.needs")}</dt><dd>${row.needs.map((code) => t(`volunteer.need.${code}`)).join(", ")}</dd></div>`}
      ${["luggage", "pets", "wheelchairs"].map((code) => row[code] > 0 && html`<div key=${code}><dt>${t(`volunteer.carry.${code}`)}</dt><dd>${row[code]}</dd></div>`)}
      ${row.crossing && html`<div><dt>${t("volunteer.register.crossing")}</dt><dd>${crossingName(row.crossing)}</dd></div>`}
    </dl>
    <h2>${t("volunteer.household.asked")}</h2>
    ${row.requests.length === 0 && html`<p>${t("volunteer.row.not_asked")}</p>`}
    <ul class="v-list">${row.requests.map((one) => html`<li class="v-item" key=${one.id}><a class="v-line" href=${`#/requests/${one.id}`}><strong>${t(`volunteer.kind.${one.kind}`)}</strong><span class="tag" data-tone="info">${t(`volunteer.request_status.${one.status}`)}</span></a></li>`)}</ul>
    <div class="presses">${!running && !row.closed_at && html`<${Button} to=${`/households/${row.id}/request`}>${t("volunteer.household.ask")}<//>`}
      <${Contact} path=${`/households/${row.id}/contact`} one=${true} />
      <${Button} tone="quiet" href=${`/households/${row.id}/`}>${t("volunteer.household.page")}<//></div>`;
}

const isChild = ({ age_band }) => ["0-3", "4-11", "12-17", "unknown"].includes(age_band);
const isAlone = (one) => isChild(one) && !["parent", "legal_guardian"].includes(one.guardian);

// Names and phones, asked for on demand: each reading is written down, so it is said before.
export function Contact({ path, one = false }) {
  const asked = useSignal(false);
  const found = useSignal(null);
  const look = async () => {
    asked.value = false;
    try {
      const { data, problem } = await get(path);
      found.value = problem ? { problem } : { rows: one ? [data] : data.items };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      found.value = { unreachable: true };
    }
  };
  return html`<div class="v-contact">
    <${Button} tone="quiet" picture="phone" onClick=${() => (asked.value = true)}>${t("volunteer.contact.show")}<//>
    <${Ask} open=${asked.value} title=${t("volunteer.contact.show")} yes=${t("volunteer.contact.yes")} onYes=${look} onNo=${() => (asked.value = false)}><p>${t("volunteer.contact.text")}</p><//>
    ${found.value?.unreachable && html`<${Note} tone="warn"><p>${t("volunteer.net.needed")}</p><p>${t("volunteer.contact.paper")}</p><//>`}
    <${Problem} problem=${found.value?.problem} />
    ${found.value?.rows && html`<ul class="v-list" role="status">${found.value.rows.map((row, n) => html`<li class="v-item" key=${n}><p class="v-line"><span class="v-what"><span class="muted">${t(`volunteer.side.${row.who}`)}</span><strong>${row.name || t("volunteer.contact.no_name")}</strong></span>
      ${row.phone ? html`<a class="press" data-tone="main" href=${`tel:${row.phone}`}><span>${row.phone}</span></a>` : html`<span class="muted">${t("volunteer.contact.no_phone")}</span>`}</p></li>`)}</ul>`}
  </div>`;
}

// What a household that is here already asks for; like registering it works without a network.
export function NewRequest({ params, query }) {
  const asked = useSignal(emptyRequest());
  const busy = useSignal(false);
  const id = useMemo(() => uuid7(), []);
  const kept = useKept(`/households/${params.id}`).value;
  useEffect(() => void begin(), []);
  async function begin() {
    loadPlaces();
    const entry = query?.mend && (await vault.get("outbox", query.mend));
    if (entry?.body) asked.value = { ...emptyRequest(), kind: entry.body.kind, destination: entry.body.destination ?? "", nights: entry.body.nights };
  }
  const send = async () => {
    if (busy.value) return;
    busy.value = true;
    const origin = kept.data?.zone ?? zone.value?.code;
    if (query?.mend) {
      const entry = await vault.get("outbox", query.mend);
      await outbox.mend(query.mend, requestBody(asked.value, entry?.body?.id ?? id, origin, serverNow()));
      return go("/queue", { replace: true });
    }
    const label = t("volunteer.ask.label", { paper: paperNumber(params.id), what: t(`volunteer.kind.${asked.value.kind}`) });
    await outbox.add({ path: `/households/${params.id}/requests`, body: requestBody(asked.value, id, origin, serverNow()), kind: "request", label });
    return go(`/asked/${id}`, { replace: true });
  };
  return html`<${Screen} title=${t("volunteer.ask.title")} back=${`/households/${params.id}`}>
    ${kept.data && html`<p class="lead">${peopleLine(kept.data.size, kept.data.minors)}</p>`}
    <${AskedFor} asked=${asked.value} to=${kept.data?.language} set=${(part) => (asked.value = { ...asked.value, ...part })} alsoNothing=${false} />
    <div class="v-bar"><${Button} busy=${busy.value} onClick=${send}>${t("volunteer.ask.save")}<//></div>
  <//>`;
}

// Waits until the request is with the server, then shows who can take them.
export function Asked({ params }) {
  const entry = outbox.entries.value.find((one) => one.kind === "request" && (one.body?.id ?? one.answer?.id) === params.id);
  useEffect(() => {
    if (!entry || entry.state === "sent") go(`/requests/${params.id}`, { replace: true });
  }, [entry?.state]);
  return html`<${Screen} title=${t("volunteer.ask.title")} back="/lists/waiting">
    ${entry?.state === "refused" ? html`<${Problem} problem=${entry.problem} /><div class="presses"><${Button} to="/queue">${t("volunteer.registered.queue")}<//></div>`
    : html`<${Busy} /><${Note} tone="info"><p>${t("volunteer.registered.match_later")}</p><//>`}
  <//>`;
}

outbox.mender("request", (entry) => `${entry.path.replace(/requests$/, "request")}?mend=${entry.id}`);
