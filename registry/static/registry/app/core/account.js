// Who works here and what this phone keeps; signing in and out.
import { outbox } from "./outbox.js";
import { Ask, Button, Choices, Note, Screen } from "./parts.js";
import { night } from "./look.js";
import { isOnline, me, signInAddress, signOut, takeOver, trouble } from "./session.js";
import { html, useState } from "./ui.js";
import { day, language, LANGUAGES, safety, setLanguage, t } from "./words.js";

export function Account() {
  return html`
    <${Screen} title=${t("core.account")} back="/">
      <p class="lead">${t("core.signed_in_as", { name: me.value.given_name })}</p>
      <${Languages} />
      <${Choices} label=${t("core.night")} value=${night.value} onChange=${(chosen) => (night.value = chosen)}
        options=${["auto", "off", "on"].map((value) => ({ value, label: t(`core.night.${value}`), picture: { on: "moon", off: "sun" }[value] ?? "mobile" }))} />
      <section><h2>${t("core.keeping")}</h2><p>${t("core.keeping_text")}</p><p>${t("core.keeping_clear")}</p></section>
      <div class="presses">
        <${Button} tone="quiet" href="/account/">${t("core.your_account")}<//>
        <${Button} tone="quiet" href="/home/">${t("core.pages")}<//>
        <${SignOut} />
      </div>
      <${Translators} />
    <//>`;
}

export function Languages() {
  const options = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
  return html`<${Choices} label=${t("core.language")} compact options=${options} value=${language.value} onChange=${setLanguage} />`;
}

function Translators() {
  const about = safety();
  if (!about) return null;
  const reviewed = about.reviewed ? t("core.texts_reviewed", { when: day(about.reviewed) }) : t("core.texts_not_reviewed");
  return html`<p class="small muted">${t("core.texts_by", { who: about.translated_by })} ${reviewed}</p>`;
}

function SignOut() {
  const [asked, setAsked] = useState(false);
  const n = outbox.unsent.value;
  return html`
    <${Button} tone="danger" onClick=${() => setAsked(true)}>${t("core.sign_out")}<//>
    <${Ask} open=${asked} title=${t("core.sign_out")} tone="danger" yes=${n ? t("core.sign_out_anyway") : t("core.sign_out")}
      no=${t("core.stay")} onYes=${signOut} onNo=${() => setAsked(false)}>
      ${n > 0 && html`<${Note} tone="bad"><p>${t("core.sign_out_unsent", { n })}</p><//>`}
      <p>${t("core.sign_out_text")}</p>
      ${n > 0 && html`<p><a href="#/queue" onClick=${() => setAsked(false)}>${t("core.show_queue")}</a></p>`}
    <//>`;
}

// What stands where nobody is signed in.
export function SignIn() {
  if (trouble.value.code === "other_person") return html`<${OtherPerson} />`;
  const { code, unsent } = trouble.value;
  return html`
    <${Screen} title=${t("core.sign_in_title")}>
      ${code === "wiped" && html`<${Note} tone="warn"><p>${t("core.wiped")}</p>${unsent > 0 && html`<p>${t("core.wiped_unsent", { n: unsent })}</p>`}<//>`}
      <p>${t("core.sign_in_text")}</p>
      ${!isOnline.value && html`<${Note} tone="warn"><p>${t("core.sign_in_offline")}</p><//>`}
      <div class="presses"><${Button} picture="account" href=${signInAddress()}>${t("core.sign_in")}<//></div>
      <${Languages} />
    <//>`;
}

export function OtherPerson() {
  const [asked, setAsked] = useState(false);
  const n = trouble.value.unsent;
  return html`
    <${Screen} title=${t("core.other_person")}>
      <${Note} tone="warn"><p>${t("core.other_person_text", { n })}</p><//>
      <div class="presses">
        <${Button} onClick=${() => signOut({ keep: true })}>${t("core.sign_out")}<//>
        <${Button} tone="danger" onClick=${() => setAsked(true)}>${t("core.other_person_wipe")}<//>
      </div>
      <${Ask} open=${asked} title=${t("core.other_person_sure")} tone="danger" yes=${t("core.other_person_wipe")}
        onYes=${async () => (await takeOver(), setAsked(false))} onNo=${() => setAsked(false)} />
    <//>`;
}
