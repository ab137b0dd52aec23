/** The handover: pass, plate, heads, at night a second colleague; then one answer. GO is said by the server alone. */
import { get, Unreachable } from "../core/api.js";
import { Busy, Button, Choices, Note, Picture, Screen, Stepper, useDirty } from "../core/parts.js";
import { isOnline, me, zone } from "../core/session.js";
import { html, useEffect, useRef, useState } from "../core/ui.js";
import { t, time } from "../core/words.js";
import { Age } from "./age.js";
import { Answer } from "./answer.js";
import { loadAll } from "./verdict.js";
import { colleagues } from "./colleagues.js";
import { kept, refresh } from "./keys.js";
import { isNight } from "./now.js";
import { PassStep } from "./pass_step.js";
import { PlateStep } from "./plate_step.js";
import { PREFIX } from "./claims.js";
import { askRegistry, firstLook } from "./asking.js";
import { openTry } from "./tries.js";

const LEFT = ["departed", "overdue", "alerted", "arrived", "closed", "resolved"];
const SEATS = 60;

export function Gate({ params: { journey } }) {
  const [row, setRow] = useState(undefined);
  const [open, setOpen] = useState(null);
  useEffect(() => {
    loadAll();
    load(journey).then(setRow);
    openTry(journey).then(setOpen);
  }, [journey]);
  if (row === undefined) return html`<${Screen} title=${t("gate.title")} back=${`/journeys/${journey}`}><${Busy} /><//>`;
  const title = t("gate.title");
  return html`
    <${Screen} title=${title} back=${`/journeys/${journey}`}>
      ${row && row.status !== "confirmed"
        ? html`<${NotWaiting} row=${row} />`
        : html`<${Steps} key=${open?.key ?? ""} journey=${journey} row=${row} open=${open} />`}
      <${Age} />
    <//>`;
}

/** The journey as the server has it, or as the pack does; null where neither is there. */
async function load(journey) {
  await refresh(zone.value?.code);
  try {
    const { status, data } = await get(`/journeys/${journey}`);
    if (status === 200) {
      const { status: state, origin, ride, departed_at: leftAt, household_language: spoken } = data;
      return { status: state, origin, hasRide: ride !== null, leftAt, spoken };
    }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  const known = kept().pack?.journeys.find((one) => one.id === journey);
  if (!known) return null;
  return { status: "confirmed", origin: kept().pack.zone, hasRide: known.ride !== null, spoken: known.household_language };
}

function NotWaiting({ row }) {
  if (LEFT.includes(row.status) && row.leftAt) {
    return html`<${Note} tone="ok" title=${t("gate.left_title")}><p>${t("gate.left", { time: time(row.leftAt) })}</p><//>`;
  }
  return html`<${Note} tone="bad"><p>${t("gate.not_confirmed")}</p><//>`;
}

/** The steps one under the other: what is done is one line that can be opened again. */
function Steps({ journey, row, open }) {
  const hasRide = row?.hasRide ?? true;
  const [seen, setSeen] = useState({ shown: "", plate: "", counted: null, second: null });
  const [wantsSecond, wantSecond] = useState(isNight());
  const names = [...(hasRide ? ["shown", "plate"] : []), "counted", ...(wantsSecond ? ["second"] : [])];
  const [at, setAt] = useState(names[0]);
  const [answer, setAnswer] = useState(null);
  useDirty(Boolean(seen.shown || seen.plate) && answer?.kind !== "go");
  const list = useRef(null);
  // What comes next is brought before the eyes, and read out.
  useEffect(() => {
    if (!isDone(seen.shown) && at === names[0]) return;
    const step = list.current.querySelector("[data-now]");
    step?.querySelector("h2").focus({ preventScroll: true });
    step?.scrollIntoView({ block: "start" });
  }, [at]);
  const done = (name) => async (value) => {
    const now = { ...seen, [name]: value };
    setSeen(now);
    setAt(names.find((one) => !isDone(now[one])) ?? "ask");
    if (name === "shown") setAnswer(await firstLook(now, journey));
  };
  const asking = (what, words) => async () => {
    const found = await askRegistry(journey, what, hasRide, words);
    setAnswer({ ...found, ask: asking(what, words) });
  };
  // The server may want what the phone did not: a second colleague, for it was night by its clock.
  const close = (step = null) => {
    if (answer.needsSecond) wantSecond(true);
    setAt(step ?? (answer.needsSecond ? "second" : at));
    setAnswer(null);
  };
  return html`
    ${open && html`<${StillOpen} onAsk=${asking(open.body, open.body)} />`}
    <ol class="gate-steps" ref=${list}>
      ${names.map((name) => html`
        <li key=${name} class="gate-step" data-now=${at === name ? "yes" : null} data-done=${isDone(seen[name]) ? "yes" : null}>
          <${StepHead} name=${name} value=${seen[name]} isNow=${at === name} onOpen=${() => setAt(name)} />
          ${at === name && html`<${Step} name=${name} value=${seen[name]} origin=${row?.origin ?? zone.value?.code} onDone=${done(name)} />`}
        </li>`)}
    </ol>
    ${at === "ask" && names.every((name) => isDone(seen[name])) && html`
      <div class="presses gate-ask"><${Button} picture="shield" onClick=${asking(seen)}>${t("gate.ask")}<//></div>
      ${!isOnline.value && html`<${Note} tone="warn"><p>${t("gate.offline_ask")}</p><//>`}`}
    ${answer && html`<${Answer} answer=${answer} journey=${journey} spoken=${row?.spoken} onClose=${close} />`}`;
}

const isDone = (value) => value !== null && value !== "";

/** An answer that was lost on its way: whether they have left is found out by asking the same again. */
function StillOpen({ onAsk }) {
  return html`
    <${Note} tone="warn" title=${t("gate.still_open_title")}><p>${t("gate.still_open")}</p>
      <div class="presses"><${Button} picture="update" onClick=${onAsk}>${t("gate.ask_again")}<//></div>
    <//>`;
}

function StepHead({ name, value, isNow, onOpen }) {
  const shown = isDone(value) && !isNow ? inWords(name, value) : "";
  return html`
    <div class="gate-step-head">
      <h2 tabindex="-1">${t(`gate.step.${name}`)}</h2>
      ${shown && html`<span class="gate-step-value">${shown}</span>
        <button type="button" class="gate-step-edit" aria-label=${t("gate.change", { what: t(`gate.step.${name}`) })} onClick=${onOpen}><${Picture} name="update" /></button>`}
    </div>`;
}

function inWords(name, value) {
  if (name === "shown") return value.startsWith(PREFIX) ? t("gate.pass_scanned") : value;
  return name === "second" ? value.name : String(value);
}

function Step({ name, value, origin, onDone }) {
  if (name === "shown") return html`<${PassStep} onPass=${onDone} />`;
  if (name === "plate") return html`<${PlateStep} value=${value} onPlate=${onDone} />`;
  return name === "counted" ? html`<${Heads} value=${value} onDone=${onDone} />` : html`<${Second} origin=${origin} onDone=${onDone} />`;
}

/** Heads in the car: counted, not copied, so the screen does not say how many it should be. */
function Heads({ value, onDone }) {
  const [count, setCount] = useState(value ?? 0);
  return html`
    <p class="help">${t("gate.count_help")}</p>
    <div class="gate-count"><${Stepper} label=${t("gate.count")} value=${count} onChange=${setCount} max=${SEATS} /></div>
    <div class="presses"><${Button} picture="check" disabled=${count === 0} onClick=${() => count > 0 && onDone(count)}>${t("gate.count_take")}<//></div>`;
}

/** At night: somebody else who is on duty here. */
function Second({ origin, onDone }) {
  const [people, setPeople] = useState(null);
  const [chosen, choose] = useState(null);
  useEffect(() => {
    colleagues(origin, me.value?.id).then(setPeople);
  }, [origin]);
  if (!people) return html`<${Busy} />`;
  if (!people.length) return html`<${Note} tone="warn"><p>${t("gate.nobody_on_duty")}</p><//>`;
  const options = people.map((one) => ({ value: one.person, label: one.given_name, picture: "adult" }));
  const take = () => chosen && onDone({ person: chosen, name: people.find((one) => one.person === chosen).given_name });
  return html`
    <${Choices} label=${t("gate.second")} help=${t("gate.second_help")} options=${options} value=${chosen} onChange=${choose} />
    <div class="presses"><${Button} picture="check" disabled=${!chosen} onClick=${take}>${t("gate.second_take")}<//></div>`;
}
