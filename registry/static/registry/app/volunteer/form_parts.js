// Controls of the form that is read by two: counters and choices with a pictogram and the words of both languages.
import { html } from "../core/ui.js";
import { t } from "../core/words.js";
import { Pic } from "./pictures.js";
import { Both } from "./spoken.js";

// One more with the large half, one less with the small one.
export function Counter({ name, picture, sex, value, onChange, max = 30, children }) {
  return html`<div class="v-counter" role="group" aria-label=${name}>
    <button type="button" class="v-less" disabled=${value <= 0} onClick=${() => onChange(value - 1)}>
      <span aria-hidden="true">−</span><span class="hidden-text">${t("volunteer.less", { name })}</span></button>
    <button type="button" class="v-more" data-some=${value > 0} disabled=${value >= max} onClick=${() => onChange(value + 1)}>
      <${Pic} name=${picture} sex=${sex} />
      <span class="hidden-text">${t("volunteer.more", { name })}</span>
      ${children}
      <output aria-label=${t("volunteer.counted", { name, n: value })}>${value}</output></button>
  </div>`;
}

// Radio buttons or boxes as tiles; `options` are {value, words, picture}.
export function Tiles({ name, k, to, options, value, onChange, many = false, short = false, hint }) {
  const picked = (option) => (many ? value.includes(option) : value === option);
  const pick = (option) => onChange(many ? toggled(value, option) : option);
  return html`<fieldset class="v-tiles">
    <legend><${Both} k=${k} to=${to} big /></legend>
    ${hint && html`<p class="help">${hint}</p>`}
    <div class=${short ? "v-row v-short" : "v-row"}>${options.map((option) => html`<label class="v-tile" key=${option.value} data-on=${picked(option.value)}>
      <input type=${many ? "checkbox" : "radio"} name=${name} value=${option.value} checked=${picked(option.value)}
        onChange=${() => pick(option.value)} />
      ${option.picture && html`<${Pic} name=${option.picture} />`}
      ${option.words ? html`<span lang=${option.lang}>${option.words}</span>` : html`<${Both} k=${option.k} to=${to} />`}
    </label>`)}</div>
  </fieldset>`;
}

const toggled = (values, one) => (values.includes(one) ? values.filter((v) => v !== one) : [...values, one]);

// A list to choose from in one line; `options` are [value, words].
export function Pick({ id, k, to, value, options, onChange, empty }) {
  return html`<div class="field"><label for=${id}><${Both} k=${k} to=${to} big /></label>
    <select id=${id} value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${empty !== undefined && html`<option value="">${empty}</option>`}
      ${options.map(([code, words]) => html`<option key=${code} value=${code}>${words}</option>`)}
    </select></div>`;
}

export function Line({ id, k, to, value, onChange, type = "text", longest = 120 }) {
  return html`<div class="field"><label for=${id}><${Both} k=${k} to=${to} /></label>
    <input id=${id} type=${type} value=${value} maxlength=${longest} autocomplete="off"
      onInput=${(event) => onChange(event.target.value)} /></div>`;
}
