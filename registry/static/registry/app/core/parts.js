// The controls of every screen: big enough for cold fingers, named for those who listen, the same everywhere.
import { go } from "./routes.js";
import { PICTURES } from "./pictures.js";
import { dirty } from "./session.js";
import { html, signal, useEffect, useId, useRef, useState } from "./ui.js";
import { t } from "./words.js";

export function Picture({ name, label = "" }) {
  const paths = PICTURES[name] ?? PICTURES.help;
  const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return html`<svg class="picture" viewBox="0 0 24 24" ...${named}>${paths.map((d) => html`<path d=${d} />`)}</svg>`;
}

// Spoken text for those who do not see the screen change.
const spoken = signal("");
export const say = (text) => (spoken.value = text);
export const Spoken = () => html`<p class="hidden-text" role="status" aria-live="polite">${spoken.value}</p>`;

// A screen: its one heading gets the focus when it appears, and names the page.
export function Screen({ title, back = null, aside = null, children }) {
  const heading = useRef(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  useEffect(() => {
    document.title = `${title} · ${t("core.app")}`;
  }, [title]);
  return html`
    <div class="screen">
      ${back && html`<a class="back" href=${`#${back.replace(/^#/, "")}`}><${Picture} name="back" />${t("core.back")}</a>`}
      <div class="screen-head"><h1 ref=${heading} tabindex="-1">${title}</h1>${aside}</div>
      ${children}
    </div>`;
}

// A button, or with `to` a link that looks like one. While what it started runs, it cannot be pressed again.
export function Button({ tone = "main", picture, to, href, onClick, disabled = false, busy = false, type = "button", children, ...rest }) {
  const [runs, setRuns] = useState(false);
  const face = html`${picture && html`<${Picture} name=${picture} />`}<span>${children}</span>`;
  if (to || href) return html`<a class="press" data-tone=${tone} href=${href ?? `#${to.replace(/^#/, "")}`} ...${rest}>${face}</a>`;
  const isBusy = busy || runs;
  const press = async (event) => {
    if (isBusy || disabled) return event.preventDefault();
    const done = onClick?.(event);
    if (!done?.then) return undefined;
    setRuns(true);
    try {
      await done;
    } finally {
      setRuns(false);
    }
    return undefined;
  };
  return html`
    <button class="press" type=${type} data-tone=${tone} aria-disabled=${disabled || isBusy ? "true" : null}
      aria-busy=${isBusy ? "true" : null} onClick=${press} ...${rest}>${face}</button>`;
}

export function Stepper({ label, picture, value, onChange, min = 0, max = 20, help = "" }) {
  const id = useId();
  const step = (by) => () => onChange(Math.min(max, Math.max(min, value + by)));
  const button = (by, name, at) => html`
    <button type="button" class="step" aria-label=${t(by > 0 ? "core.more" : "core.less", { what: label })}
      aria-disabled=${value === at ? "true" : null} onClick=${step(by)}><${Picture} name=${name} /></button>`;
  return html`
    <div class="counter" role="group" aria-labelledby=${id}>
      ${picture && html`<${Picture} name=${picture} />`}
      <span class="counter-label"><span id=${id}>${label}</span>${help && html`<small>${help}</small>`}</span>
      ${button(-1, "minus", min)}
      <output class="counter-value" data-zero=${value === 0 ? "yes" : null} aria-live="polite">${value}</output>
      ${button(1, "plus", max)}
    </div>`;
}

// One of `options` ({ value, label, picture, help }), or with `many` any of them.
export function Choices({ label, options, value, onChange, many = false, help = "", error = "", hideLabel = false, compact = false }) {
  const id = useId();
  const chosen = many ? (value ?? []) : [value];
  const toggle = (one) => (chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  const tile = (option) => html`
    <label class="choice-tile">
      <input type=${many ? "checkbox" : "radio"} name=${id} checked=${chosen.includes(option.value)}
        onChange=${() => onChange(many ? toggle(option.value) : option.value)} />
      ${option.picture && html`<${Picture} name=${option.picture} />`}
      <span class="choice-text"><span>${option.label}</span>${option.help && html`<small>${option.help}</small>`}</span>
      <span class="choice-mark" aria-hidden="true"><${Picture} name="check" /></span>
    </label>`;
  return html`
    <fieldset class="bare choices-field" aria-describedby=${help || error ? `${id}-help` : null}>
      <legend class=${hideLabel ? "hidden-text" : ""}>${label}</legend>
      <${Beside} id=${id} help=${help} error=${error} />
      <div class="choice-tiles" data-compact=${compact ? "yes" : null}>${options.map(tile)}</div>
    </fieldset>`;
}

const Beside = ({ id, help, error }) =>
  (help || error) && html`<p class=${error ? "error" : "help"} id=${`${id}-help`}>${error || help}</p>`;

// A field to type into; `onChange` gets the text at every key.
export function Field({ label, value = "", onChange, help = "", error = "", multiline = false, optional = false, type = "text", ...rest }) {
  const id = useId();
  const told = help || error ? `${id}-help` : null;
  const common = {
    id, value, "aria-describedby": told, "aria-invalid": error ? "true" : null, onInput: (event) => onChange?.(event.target.value), ...rest,
  };
  return html`
    <div class="field">
      <label for=${id}>${label}${optional && html` <span class="optional">(${t("core.optional")})</span>`}</label>
      <${Beside} id=${id} help=${help} error=${error} />
      ${multiline ? html`<textarea rows="3" ...${common}></textarea>` : html`<input type=${type} ...${common} />`}
    </div>`;
}

// Something to know: tone ok, info, warn or bad; what is bad is said at once.
export function Note({ tone = "info", title = "", children }) {
  return html`<div class="note" data-tone=${tone} role=${tone === "bad" ? "alert" : "status"}>${title && html`<h2>${title}</h2>`}${children}</div>`;
}

const TONES = { block: "bad", hold: "warn", review: "info" };
const SIGNS = { block: "stop", hold: "alarm", review: "search" };

// The reasons of a refusal or of a proposal, as the server words them.
export function Reasons({ reasons = [], label = "" }) {
  if (!reasons.length) return null;
  return html`
    <ul class="reasons" aria-label=${label || t("core.reasons")}>
      ${reasons.map(
        (one) => html`
          <li data-tone=${TONES[one.severity] ?? "info"}>
            <${Picture} name=${SIGNS[one.severity] ?? "check"} label=${TONES[one.severity] ? t(`core.severity.${one.severity}`) : ""} />
            <span>${one.text}</span>
          </li>`,
      )}
    </ul>`;
}

// A refusal of the server: its sentence and its reasons.
export const Problem = ({ problem }) =>
  problem && html`<${Note} tone="bad"><p>${problem.detail || t("core.unreachable")}</p><${Reasons} reasons=${problem.reasons} /><//>`;

export const Busy = ({ label = "" }) => html`<p class="busy" role="status"><span class="wheel" aria-hidden="true"></span>${label || t("core.loading")}</p>`;

export const Empty = ({ picture = "check", children }) => html`<div class="nothing"><${Picture} name=${picture} /><p>${children}</p></div>`;

// A question that must be answered before anything else; Escape means no.
export function Ask({ open, title, yes, no = "", tone = "main", onYes, onNo, children }) {
  const box = useRef(null);
  const id = useId();
  useEffect(() => {
    if (open && !box.current.open) box.current.showModal();
    if (!open && box.current?.open) box.current.close();
  }, [open]);
  const refuse = (event) => {
    event.preventDefault();
    onNo?.();
  };
  return html`
    <dialog class="ask" ref=${box} aria-labelledby=${id} onCancel=${refuse}>
      <h2 id=${id}>${title}</h2>
      ${children}
      <div class="presses">
        <${Button} tone="quiet" onClick=${() => onNo?.()}>${no || t("core.cancel")}<//>
        <${Button} tone=${tone} onClick=${() => onYes?.()}>${yes || t("core.yes")}<//>
      </div>
    </dialog>`;
}

// A big door to another screen, with how many things wait behind it.
export function Tile({ title, count = null, to, tone = "", picture = "", help = "" }) {
  return html`
    <a class="tile" data-tone=${tone} href=${`#${to.replace(/^#/, "")}`}>
      ${picture && html`<${Picture} name=${picture} />`}
      <span class="tile-title">${title}${help && html`<small>${help}</small>`}</span>
      ${count !== null && count !== undefined && html`<strong class="tile-count">${count}</strong>`}
    </a>`;
}

// Says that this screen holds something typed that a reload would lose, as long as it is shown.
export function useDirty(isDirty) {
  useEffect(() => {
    dirty.value = Boolean(isDirty);
    return () => (dirty.value = false);
  }, [Boolean(isDirty)]);
}

export { go };
