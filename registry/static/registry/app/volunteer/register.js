// A household registered in three short steps: who they are, what they need, what they ask for. Nothing is typed.
import { outbox } from "../core/outbox.js";
import { Button, Busy, Note, Screen } from "../core/parts.js";
import { go } from "../core/routes.js";
import { dirty, zone } from "../core/session.js";
import { serverNow, uuid7 } from "../core/api.js";
import { html, useEffect, useRef, useSignal } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { t } from "../core/words.js";
import { loadPlaces } from "./places.js";
import { emptyForm, emptyRequest, householdBody, missing, people, minors, requestBody, typed } from "./party.js";
import { AskedFor, What, Who } from "./register_steps.js";
import { paperNumber, peopleLine } from "./spoken.js";

const DRAFT = "draft";
const STEPS = ["who", "what", "asked"];
const fresh = (spoken) => ({
  id: uuid7(), requestId: uuid7(), step: 0, form: emptyForm(spoken), asked: emptyRequest(), mends: null, place: null,
});

// What was begun and not sent yet: kept on the phone with every tap, so that a killed page loses nothing.
async function begun(mends) {
  if (mends) {
    const entry = await vault.get("outbox", mends);
    if (entry?.body) return { ...fresh(), id: entry.body.id, form: typed(entry.body), mends, place: entry.body.zone };
  }
  const spoken = (await vault.get(DRAFT, "spoken").catch(() => null)) ?? "uk";
  return (await vault.get(DRAFT, "household").catch(() => null)) ?? fresh(spoken);
}

export function Register({ query }) {
  const draft = useSignal(null);
  useEffect(() => {
    loadPlaces();
    begun(query?.mend).then((found) => (draft.value = found));
    return () => (dirty.value = false);
  }, []);
  if (!draft.value) return html`<${Screen} title=${t("volunteer.register.title")} back="/"><${Busy} /><//>`;
  if (!zone.value) return html`<${Screen} title=${t("volunteer.register.title")} back="/"><${ChooseFirst} /><//>`;
  return html`<${Steps} draft=${draft} />`;
}

const ChooseFirst = () => html`<${Note} tone="warn"><p>${t("volunteer.zone.first")}</p><//>
  <${Button} onClick=${() => go("/zone")}>${t("volunteer.zone.choose")}<//>`;

function Steps({ draft }) {
  const { step, form, asked, mends } = draft.value;
  const problems = useSignal([]);
  const busy = useSignal(false);
  const top = useRef(null);
  const change = (next) => {
    draft.value = { ...draft.value, ...next };
    dirty.value = true;
    problems.value = [];
    if (!mends) vault.put(DRAFT, "household", draft.value).catch(() => {});
  };
  const last = mends ? 1 : 2;
  const next = async () => {
    problems.value = step === 0 ? missing(form).filter((key) => !key.endsWith("wheelchairs")) : missing(form);
    if (problems.value.length) return;
    if (step < last) {
      change({ step: step + 1 });
      top.current?.focus();
      scrollTo(0, 0);
      return;
    }
    if (busy.value) return;
    busy.value = true;
    await keep(draft.value).finally(() => (busy.value = false));
  };
  const set = (part) => change({ form: { ...form, ...part } });
  return html`<${Screen} title=${t("volunteer.register.title")} back="/">
    <p class="v-steps" ref=${top} tabindex="-1">${t("volunteer.register.step", { n: step + 1, of: last + 1, what: t(`volunteer.register.${STEPS[step]}`) })}</p>
    ${step === 0 && html`<${Who} form=${form} set=${set} />`}
    ${step === 1 && html`<${What} form=${form} set=${set} />`}
    ${step === 2 && html`<${AskedFor} asked=${asked} to=${form.language} set=${(part) => change({ asked: { ...asked, ...part } })} />`}
    ${problems.value.length > 0 && html`<${Note} tone="bad">${problems.value.map((key) => html`<p key=${key}>${t(key)}</p>`)}<//>`}
    <div class="v-bar">
      ${step > 0 && html`<${Button} tone="quiet" onClick=${() => change({ step: step - 1 })}>${t("volunteer.back")}<//>`}
      <span class="v-bar-sum" aria-live="polite">${people(form) > 0 && peopleLine(people(form), minors(form))}</span>
      <${Button} busy=${busy.value} onClick=${next}>${t(step < last ? "volunteer.next" : "volunteer.register.save")}<//>
    </div>
    ${step === 0 && people(form) > 0 && !mends && html`<p><${Button} tone="quiet" onClick=${() => startAnew(draft)}>${t("volunteer.register.anew")}<//></p>`}
  <//>`;
}

async function startAnew(draft) {
  await vault.remove(DRAFT, "household");
  draft.value = fresh(draft.peek().form.language);
  dirty.value = false;
}

// Into the outbox: the household, then what it asks for, which waits for it. Then the draft is not needed any more.
async function keep({ id, requestId, form, asked, mends, place: before }) {
  const place = before ?? zone.peek().code;
  const label = t("volunteer.register.label", { paper: paperNumber(id), who: peopleLine(people(form), minors(form)) });
  if (mends) {
    await outbox.mend(mends, householdBody(form, id, place));
  } else {
    const household = await once("household", id, "/households", householdBody(form, id, place), label);
    const wants = asked.kind !== "none";
    if (wants) await ask({ id, requestId, asked, place, after: household.id });
    await remember({ id, requestId: wants ? requestId : null, form });
  }
  await vault.remove(DRAFT, "household");
  await vault.put(DRAFT, "spoken", form.language);
  dirty.value = false;
  go(`/registered/${id}`, { replace: true });
}

// A page that was killed between the two entries finds the first one and does not add it again.
async function once(kind, id, path, body, label, after = null) {
  const there = outbox.entries.peek().find((entry) => entry.kind === kind && (entry.body?.id ?? entry.answer?.id) === id);
  return there ?? outbox.add({ path, body, kind, label, after });
}

function ask({ id, requestId, asked, place, after }) {
  const label = t("volunteer.ask.label", { paper: paperNumber(id), what: t(`volunteer.kind.${asked.kind}`) });
  return once("request", requestId, `/households/${id}/requests`, requestBody(asked, requestId, place, serverNow()), label, after);
}

const remember = ({ id, requestId, form }) =>
  vault.put("registered", id, {
    id, requestId, paper: paperNumber(id), people: people(form), minors: minors(form), language: form.language,
    at: serverNow().toISOString(),
  });

outbox.mender("household", (entry) => `/register?mend=${entry.id}`);

