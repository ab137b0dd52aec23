// A proposal as the family sees it: full screen, in their language, to be chosen or refused without a reason.
import { Picture } from "../core/parts.js";
import { html, useEffect, useRef, useSignal } from "../core/ui.js";
import { language, load, t, tIn } from "../core/words.js";
import { cardTitle, Facts, kindOf } from "./card.js";
import { Pic } from "./pictures.js";

export function FamilyPage({ card, spoken, onAnswer, onBack }) {
  const box = useRef(null);
  // Nothing is shown half: the family's language is here, or the page says that it is not yet.
  const here = useSignal(null);
  useEffect(() => {
    if (!box.current.open) box.current.showModal();
    box.current.scrollTo(0, 0);
    load(spoken).then((found) => (here.value = found));
  }, [spoken]);
  const leave = (event) => {
    event.preventDefault();
    onBack();
  };
  return html`<dialog class="v-family" ref=${box} lang=${spoken} aria-labelledby="family-title" onCancel=${leave}>
    <button type="button" class="v-close" lang=${language.value} onClick=${onBack}><${Picture} name="back" /><span>${t("volunteer.family.back")}</span></button>
    ${here.value ? html`<${Offer} card=${card} spoken=${spoken} onAnswer=${onAnswer} />` : html`<h2 id="family-title" lang=${language.value}>${t(here.value === null ? "core.loading" : "volunteer.net.needed")}</h2>`}
  </dialog>`;
}

function Offer({ card, spoken, onAnswer }) {
  const say = (key) => tIn(spoken, key);
  const reasons = [...new Set(card.reasons.map((one) => one.household_text))];
  return html`<div class="v-family-head"><${Pic} name=${kindOf(card)} /><h2 id="family-title">${cardTitle(card, spoken)}</h2></div>
    <p>${say("volunteer.family.offer")}</p>
    <p class="v-large">${say("volunteer.family.free")}</p>
    <${Facts} card=${card} code=${spoken} />
    <ul class="v-because">${reasons.map((text) => html`<li key=${text}>${text}</li>`)}</ul>
    <p class="v-large">${say("volunteer.family.never")}</p>
    <div class="v-answers">
      <button type="button" class="press v-yes" data-tone="main" onClick=${() => onAnswer(true)}><${Picture} name="check" /><span>${say("volunteer.family.yes")}</span></button>
      <button type="button" class="press v-no" data-tone="quiet" onClick=${() => onAnswer(false)}><${Picture} name="close" /><span>${say("volunteer.family.no")}</span></button>
    </div>`;
}
