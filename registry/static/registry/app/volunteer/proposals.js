// Who can take a household: cards with plain reasons, what is left out and why. The family is shown one and chooses.
import { uuid7 } from "../core/api.js";
import { Ask, Busy, Button, Empty, Note, Problem, Reasons, Screen } from "../core/parts.js";
import { go } from "../core/routes.js";
import { isOnline } from "../core/session.js";
import { html, useEffect, useMemo, useSignal } from "../core/ui.js";
import { load, t } from "../core/words.js";
import { cardTitle, Facts } from "./card.js";
import { NeedsNetwork, Outcome, useDeed } from "./deed.js";
import { FamilyPage } from "./family.js";
import { Age, lookAgain, useKept } from "./kept.js";
import { loadPlaces, townName, zoneName } from "./places.js";
import { peopleLine } from "./spoken.js";

export function Request({ params }) {
  const kept = useKept(`/requests/${params.id}`).value;
  useEffect(() => void loadPlaces(), []);
  const row = kept.data;
  return html`<${Screen} title=${t("volunteer.proposals.title")} back="/lists/waiting">
    ${kept.loading && !row && html`<${Busy} />`}
    <${Problem} problem=${kept.problem} />
    ${!row && !kept.loading && !kept.problem && html`<${NeedsNetwork} paper="volunteer.proposals.paper" />`}
    ${row && html`<${Wanted} row=${row} />`}
    ${row && (row.status === "open" ? html`<${Open} row=${row} />` : html`<${Settled} row=${row} />`)}
  <//>`;
}

function Wanted({ row }) {
  const where = row.destination ? townName(row.destination) : t("volunteer.ask.anywhere");
  return html`<p class="lead">${t(`volunteer.kind.${row.kind}`)} · ${where} · ${peopleLine(row.size, 0)}</p>
    <p><a href=${`#/households/${row.household}`}>${t("volunteer.household.open")}</a></p>`;
}

// Chosen, or over: where it goes on.
function Settled({ row }) {
  const running = [...row.matches].reverse().find(({ status }) => !["proposed", "declined", "cancelled"].includes(status));
  return html`<${Note} tone="info"><p>${t(`volunteer.request_status.${row.status}`)}</p><//>
    <div class="presses">${running && html`<${Button} to=${`/journeys/${running.id}`}>${t("volunteer.journey.open")}<//>`}</div>`;
}

function Open({ row }) {
  const found = useKept(`/requests/${row.id}/proposals`);
  const household = useKept(`/households/${row.household}`).value.data;
  const shown = useSignal(null);
  const refused = useSignal([]);
  const chosen = useSignal(null);
  const kept = found.value;
  const spoken = household?.language ?? "uk";
  useEffect(() => void load(spoken), [spoken]);
  if (chosen.value) return html`<${Chosen} row=${row} card=${chosen.value} onBack=${() => ((chosen.value = null), lookAgain())} />`;
  const answer = (card, yes) => {
    shown.value = null;
    if (yes) chosen.value = card;
    else refused.value = [...refused.value, keyOf(card)];
  };
  return html`
    ${shown.value && html`<${FamilyPage} card=${shown.value} spoken=${spoken} onAnswer=${(yes) => answer(shown.value, yes)} onBack=${() => (shown.value = null)} />`}
    ${kept.loading && !kept.data && html`<${Busy} label=${t("volunteer.proposals.looking")} />`}
    ${!isOnline.value && html`<${NeedsNetwork} paper="volunteer.proposals.paper" />`}
    <${Problem} problem=${kept.problem} />
    <${Age} kept=${kept} />
    ${kept.data && html`<${Cards} data=${kept.data} refused=${refused.value} onShow=${(card) => (shown.value = card)} />`}
    <${Unstaffed} origin=${row.origin} />
    <${Leaving} row=${row} />`;
}

// A ride and a bed may have the same reason.
const eachOnce = (reasons) => reasons.filter((one, n) => reasons.findIndex(({ text }) => text === one.text) === n);
const keyOf = ({ ride, stay, arrival_zone }) => [ride?.id, stay?.id, arrival_zone].join(" ");

function Cards({ data, refused, onShow }) {
  return html`<p class="muted">${t("volunteer.proposals.read_out")}</p>
    <h2>${t("volunteer.proposals.fit", { n: data.ranked.length })}</h2>
    ${data.ranked.length === 0 && html`<${Empty} picture="search">${t("volunteer.proposals.nothing")}<//>`}
    ${data.ranked.map((card, n) => html`<${Card} key=${keyOf(card)} card=${card} n=${n + 1} no=${refused.includes(keyOf(card))} onShow=${() => onShow(card)} />`)}
    ${data.excluded.length > 0 && html`<details class="v-excluded"><summary>${t("volunteer.proposals.excluded")}</summary>
      <ul class="v-list">${data.excluded.map((one, n) => html`<li class="v-item" key=${n}><p class="v-line"><span class="v-what"><strong>${t(`volunteer.kind.${one.kind}`)} · ${t("volunteer.proposals.offers", { n: one.offers })}</strong><span>${one.reason.text}</span></span></p></li>`)}</ul></details>`}`;
}

function Card({ card, n, no, onShow }) {
  return html`<article class="card v-card" data-tone=${no ? "" : "ok"}>
    <h3>${n}. ${cardTitle(card)}</h3>
    ${no && html`<p class="tag" data-tone="plain">${t("volunteer.proposals.said_no")}</p>`}
    <${Facts} card=${card} />
    <${Reasons} reasons=${eachOnce(card.reasons)} />
    <div class="presses"><${Button} tone=${no ? "quiet" : "main"} picture="family" onClick=${onShow}>${t("volunteer.proposals.show")}<//></div>
  </article>`;
}

// The family has chosen: it is put down, and everything is checked once more before seats and beds are taken.
function Chosen({ row, card, onBack }) {
  const deed = useDeed();
  const id = useMemo(() => uuid7(), []);
  const step = useSignal("propose");
  const confirm = async () => {
    if (step.value === "propose") {
      const body = { id, request: row.id, ride: card.ride?.id ?? null, stay: card.stay?.id ?? null, arrival_zone: card.stay ? null : card.arrival_zone };
      if (!(await deed.run("/matches", body, { quiet: true }))) return;
      step.value = "accept";
    }
    if (step.value === "accept") {
      if (!(await deed.run(`/matches/${id}/accept`, {}, { quiet: true }))) return;
      step.value = "confirm";
    }
    if (await deed.run(`/matches/${id}/confirm`, {}, { quiet: true })) go(`/journeys/${id}?confirmed=1`, { replace: true });
  };
  // What was put down already is let go, so that they can choose something else.
  const letGo = async () => {
    if (step.value !== "propose" && !(await deed.run(`/matches/${id}/decline`, {}, { quiet: true }))) return;
    onBack();
  };
  const { problem } = deed.state.value;
  return html`<section class="card v-card" data-tone=${problem ? "bad" : "ok"}>
    <h2>${t("volunteer.chosen.title")}</h2>
    <h3>${cardTitle(card)}</h3>
    <${Facts} card=${card} />
    <p>${t("volunteer.chosen.text")}</p>
    <${Outcome} deed=${deed} paper="volunteer.chosen.unheard" />
    ${problem && html`<p>${t("volunteer.chosen.refused")}</p>`}
    ${!isOnline.value && !deed.unreachable && html`<${NeedsNetwork} paper="volunteer.proposals.paper" />`}
    <div class="presses">
      ${!problem && html`<${Button} picture="check" busy=${deed.busy} onClick=${confirm}>${t(deed.unreachable ? "core.again" : "volunteer.chosen.confirm")}<//>`}
      <${Button} tone=${problem ? "main" : "quiet"} busy=${deed.busy} onClick=${letGo}>${t(problem ? "volunteer.chosen.look_again" : "volunteer.chosen.back")}<//>
    </div></section>`;
}

// Nobody leaves from a zone in which nobody is on shift: said before somebody searches in vain.
function Unstaffed({ origin }) {
  const staffed = useKept(`/zones/${origin}/shifts?limit=100`).value.data;
  if (!staffed || staffed.items.length) return null;
  return html`<${Note} tone="warn"><p>${t("volunteer.proposals.unstaffed", { zone: zoneName(origin) })}</p><div class="presses"><${Button} to="/shift">${t("volunteer.shift.title")}<//></div><//>`;
}

// The search ends without a match: not needed, or somebody else helps.
function Leaving({ row }) {
  const deed = useDeed();
  const asked = useSignal("");
  const end = async () => {
    const name = asked.value;
    asked.value = "";
    if (await deed.run(`/requests/${row.id}/${name}`)) go("/lists/waiting", { replace: true });
  };
  return html`<section><h2>${t("volunteer.leaving.title")}</h2><${Outcome} deed=${deed} />
    <div class="presses"><${Button} tone="quiet" onClick=${() => (asked.value = "cancellation")}>${t("volunteer.leaving.cancellation")}<//>
      <${Button} tone="quiet" onClick=${() => (asked.value = "referral")}>${t("volunteer.leaving.referral")}<//></div>
    <${Ask} open=${asked.value !== ""} title=${t(`volunteer.leaving.${asked.value || "cancellation"}`)} yes=${t("core.yes")} onYes=${end} onNo=${() => (asked.value = "")}><p>${t("volunteer.leaving.text")}</p><//>
  </section>`;
}
