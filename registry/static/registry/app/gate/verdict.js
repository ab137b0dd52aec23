/** One clear answer, the whole screen: color, word, sign, vibration and why, for staff and for those who wait. */
import { Button } from "../core/parts.js";
import { html, useEffect, useRef, useState } from "../core/ui.js";
import { language, LANGUAGES, load, t, tIn } from "../core/words.js";
import { Sign } from "./signs.js";

// How it feels in a glove: two short for GO, three long for STOP, uneven where the phone cannot say.
const SHAKES = {
  go: [90, 70, 90],
  stop: [600, 150, 600, 150, 600],
  good: [90, 70, 300],
  unknown: [300, 150, 90, 150, 300],
};

/** The texts of all languages, before the network goes: the family's sentence must not be missing. */
export const loadAll = () => Promise.all(Object.keys(LANGUAGES).map(load));

/**
 * `kind` is go (only ever by the server's word), stop, good (the pass, not the journey) or unknown; `reasons` are
 * sentences, `note` is what to do now, `spoken` is the household's language where it is known.
 * The first of `actions` gets the focus, never one that goes on.
 */
export function Verdict({ kind, word = "", reasons = [], note = null, spoken = null, actions }) {
  const box = useRef(null);
  useEffect(() => {
    if (!box.current.open) box.current.showModal();
    box.current.scrollTop = 0;
    navigator.vibrate?.(SHAKES[kind]);
    return () => navigator.vibrate?.(0);
  }, [kind]);
  return html`
    <dialog class="gate-answer" data-kind=${kind} ref=${box} aria-labelledby="gate-answer-word" onCancel=${(event) => event.preventDefault()}>
      <div class="gate-answer-head">
        <${Sign} name=${kind} />
        <h2 class="gate-answer-word" id="gate-answer-word" tabindex="-1" autofocus>${word || t(`gate.word.${kind}`)}</h2>
      </div>
      <div class="gate-answer-why">
        <p class="gate-answer-what">${t(`gate.what.${kind}`)}</p>
        ${reasons.length > 0 && html`<ul class="gate-answer-reasons" aria-label=${t("core.reasons")}>${reasons.map((text) => html`<li>${text}</li>`)}</ul>`}
        ${note}
        <${ToThem} kind=${kind} first=${spoken} />
      </div>
      <div class="gate-answer-actions">
        ${actions.map((one) => html`<${Button} key=${one.label} tone="quiet" picture=${one.picture} to=${one.to} onClick=${one.onClick}>${one.label}<//>`)}
      </div>
    </dialog>`;
}

/** The sentence for the household and the driver, in the language that they read. */
function ToThem({ kind, first }) {
  const other = ["uk", "ro"].find((code) => code !== language.value);
  const [spoken, speak] = useState(first in LANGUAGES ? first : other);
  return html`
    <div class="gate-answer-them">
      <p lang=${spoken}>${tIn(spoken, `gate.them.${kind}`)}</p>
      <div class="gate-answer-languages" role="group" aria-label=${t("gate.their_language")}>
        ${Object.entries(LANGUAGES).map(
          ([code, name]) => html`<button type="button" lang=${code} aria-pressed=${code === spoken ? "true" : "false"}
            onClick=${() => speak(code)}>${code.toUpperCase()}<span class="hidden-text"> ${name}</span></button>`,
        )}
      </div>
    </div>`;
}
