// The three steps of registering, each line in the volunteer's language and below it in the family's.
import { html, useSignal } from "../core/ui.js";
import { LANGUAGES, t } from "../core/words.js";
import { Button, Note } from "../core/parts.js";
import { Counter, Line, Pick, Tiles } from "./form_parts.js";
import { ALSO_SPOKEN, BANDS, count, GUARDIANS, KINDS, minors, MOST, NEEDS, NIGHTS, people, slot, SPOKEN } from "./party.js";
import { byName, crossings, towns } from "./places.js";
import { Both } from "./spoken.js";

// Whoever brings the others first.
const USUAL = ["18-59", "60+", "12-17", "4-11", "0-3"];

function Band({ band, sexes, form, set }) {
  const change = (sex, n) => set({ counts: { ...form.counts, [slot(band, sex)]: n } });
  return html`<div class="v-band" data-n=${sexes.length}>
    <p class="v-band-name"><${Both} k=${`volunteer.age.${band}`} to=${form.language} /></p>
    ${sexes.map((sex) => html`<${Counter} key=${sex} name=${`${t(`volunteer.sex.${sex}`)}, ${t(`volunteer.age.${band}`)}`}
      picture=${band} sex=${sex} value=${count(form, band, sex)} max=${MOST} onChange=${(n) => change(sex, n)} />`)}
  </div>`;
}

// 1. Who they are, and who is here for the children.
export function Who({ form, set }) {
  const to = form.language;
  const notSaid = count(form, "unknown", "f") + count(form, "unknown", "m") + BANDS.reduce((sum, band) => sum + count(form, band, "unknown"), 0);
  return html`<${Spoken} to=${to} set=${set} />
    <fieldset class="v-crowd"><legend><${Both} k="volunteer.register.travel" to=${to} big /></legend>
      <div class="v-band v-heads"><${Both} k="volunteer.heads.age" to=${to} /><${Both} k="volunteer.heads.f" to=${to} /><${Both} k="volunteer.heads.m" to=${to} /></div>
      ${USUAL.map((band) => html`<${Band} key=${band} band=${band} sexes=${["f", "m"]} form=${form} set=${set} />`)}
      <details open=${notSaid > 0}><summary>${t("volunteer.register.unsaid")}</summary>
        <p class="help">${t("volunteer.register.unsaid_hint")}</p>
        <${Band} band="unknown" sexes=${["f", "m"]} form=${form} set=${set} />
        <p class="v-band-name"><${Both} k="volunteer.sex.unknown" to=${to} /></p>
        ${BANDS.map((band) => html`<${Band} key=${band} band=${band} sexes=${["unknown"]} form=${form} set=${set} />`)}
      </details>
    </fieldset>
    ${minors(form) > 0 && html`<${Children} form=${form} set=${set} to=${to} />`}`;
}

// The family's language in one line; it is the one before's unless somebody changes it.
function Spoken({ to, set }) {
  const opened = useSignal(false);
  if (!opened.value) {
    return html`<div class="v-spoken"><${Both} k="volunteer.register.language" to=${to} /><strong lang=${to}>${LANGUAGES[to]}</strong>
      <${Button} tone="quiet" onClick=${() => (opened.value = true)}>${t("volunteer.register.change")}<//></div>`;
  }
  const choose = (language) => {
    set({ language });
    opened.value = false;
  };
  return html`<${Tiles} name="language" k="volunteer.register.language" to=${to} value=${to} onChange=${choose}
    options=${SPOKEN.map((code) => ({ value: code, words: LANGUAGES[code], lang: code }))} />`;
}

function Children({ form, set, to }) {
  const alone = form.guardian === "none" || form.guardian === "other_adult" || form.others > 0;
  return html`<${Tiles} name="guardian" k="volunteer.register.guardian" to=${to} value=${form.guardian} hint=${t("volunteer.register.guardian_hint")}
      onChange=${(guardian) => set({ guardian })} options=${GUARDIANS.map((code) => ({ value: code, k: `volunteer.guardian.${code}`, picture: code }))} />
    ${["parent", "legal_guardian"].includes(form.guardian) && html`<div class="v-carry">
      <p><${Both} k="volunteer.register.others" to=${to} /></p>
      <${Counter} name=${t("volunteer.register.others_short")} picture="none" value=${form.others} max=${minors(form)} onChange=${(others) => set({ others })} /></div>`}
    ${alone && html`<${Note} tone="warn"><p><${Both} k="volunteer.register.alone" to=${to} /></p><//>`}`;
}

// 2. What to take care of, and what they carry.
export function What({ form, set }) {
  const to = form.language;
  const rest = form.languages.length || form.contact_name || form.contact_phone || form.crossing;
  return html`<${Tiles} name="needs" k="volunteer.register.needs" to=${to} many value=${form.needs} onChange=${(needs) => set({ needs })}
      hint=${t("volunteer.register.needs_hint")} options=${NEEDS.map((code) => ({ value: code, k: `volunteer.need.${code}`, picture: code }))} />
    <fieldset class="v-crowd"><legend><${Both} k="volunteer.register.carry" to=${to} big /></legend>
      ${["luggage", "pets", "wheelchairs"].map((code) => html`<div class="v-carry" key=${code}>
        <p><${Both} k=${`volunteer.carry.${code}`} to=${to} /></p>
        <${Counter} name=${t(`volunteer.carry.${code}`)} picture=${code} value=${form[code]}
          max=${{ luggage: 60, pets: 20, wheelchairs: people(form) }[code]} onChange=${(n) => set({ [code]: n })} /></div>`)}
    </fieldset>
    <details open=${Boolean(rest)}><summary>${t("volunteer.register.more")}</summary>
      <${Tiles} name="languages" k="volunteer.register.languages" to=${to} many value=${form.languages} onChange=${(languages) => set({ languages })}
        options=${ALSO_SPOKEN.filter((code) => code !== to).map((code) => ({ value: code, k: `volunteer.language.${code}` }))} />
      <${Line} id="contact_name" k="volunteer.register.name" to=${to} value=${form.contact_name} onChange=${(contact_name) => set({ contact_name })} />
      <${Line} id="contact_phone" k="volunteer.register.phone" to=${to} type="tel" longest=${20} value=${form.contact_phone}
        onChange=${(contact_phone) => set({ contact_phone })} />
      <${Pick} id="crossing" k="volunteer.register.crossing" to=${to} value=${form.crossing} empty="–" options=${byName(crossings.value)}
        onChange=${(crossing) => set({ crossing })} />
    </details>`;
}

// 3. What they ask for.
export function AskedFor({ asked, to, set, alsoNothing = true }) {
  const kinds = [...KINDS.map((code) => ({ value: code, k: `volunteer.kind.${code}`, picture: code }))];
  if (alsoNothing) kinds.push({ value: "none", k: "volunteer.kind.none" });
  const nothing = asked.kind === "none";
  return html`<${Tiles} name="kind" k="volunteer.ask.kind" to=${to} value=${asked.kind} options=${kinds} onChange=${(kind) => set({ kind })} />
    ${!nothing && html`<${Pick} id="destination" k="volunteer.ask.where" to=${to} value=${asked.destination} empty=${t("volunteer.ask.anywhere")}
      options=${byName(towns.value)} onChange=${(destination) => set({ destination })} />`}
    ${!nothing && asked.kind !== "ride" && html`<${Tiles} name="nights" short k="volunteer.ask.nights" to=${to} value=${asked.nights}
      options=${NIGHTS.map((n) => ({ value: n, words: String(n) }))} onChange=${(nights) => set({ nights })} />`}
    ${!nothing && html`<${Tiles} name="when" k="volunteer.ask.when" to=${to} value=${asked.tomorrow ? "tomorrow" : "now"}
      options=${["now", "tomorrow"].map((code) => ({ value: code, k: `volunteer.ask.${code}` }))}
      onChange=${(code) => set({ tomorrow: code === "tomorrow" })} />`}`;
}
