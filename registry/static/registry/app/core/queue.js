// The queue on the screen: what waits, what was refused and how to mend it, what was sent.
import { outbox } from "./outbox.js";
import { Ask, Button, Empty, Note, Picture, Problem, Screen } from "./parts.js";
import { go } from "./routes.js";
import { isOnline, trouble } from "./session.js";
import { html, useState } from "./ui.js";
import { dayTime, t } from "./words.js";

const SIGNS = { waiting: "clock", sending: "queue", sent: "check", refused: "stop" };

export function Queue() {
  const [given, setGiven] = useState(null);
  const all = outbox.entries.value;
  const by = (...states) => all.filter((entry) => states.includes(entry.state));
  const refused = by("refused");
  const waiting = by("waiting", "sending");
  const give = async () => {
    await outbox.drop(given.id);
    setGiven(null);
  };
  return html`
    <${Screen} title=${t("core.queue")} back="/">
      <${Part} title=${t("core.queue_refused", { n: refused.length })} rows=${refused} onGive=${setGiven} />
      <${Part} title=${t("core.queue_waiting", { n: waiting.length })} rows=${waiting} onGive=${setGiven} all=${all} />
      ${waiting.length > 0 && html`<${Sending} />`}
      ${all.length === by("sent").length && html`<${Empty}>${t("core.queue_empty")}<//>`}
      <${Part} title=${t("core.queue_sent")} rows=${by("sent").reverse()} />
      <${Note}><p>${t("core.keeping_clear")}</p><//>
      <${Ask} open=${given !== null} title=${t("core.queue_drop_sure")} yes=${t("core.queue_drop")} tone="danger"
        onYes=${give} onNo=${() => setGiven(null)}>
        ${given && html`<p><strong>${given.label}</strong></p><${Followers} entry=${given} />`}
      <//>
    <//>`;
}

function Followers({ entry }) {
  const n = outbox.followers(entry.id).length;
  return n > 0 && html`<p>${t("core.queue_drop_more", { n })}</p>`;
}

function Sending() {
  const why = outbox.stopped.value;
  if (trouble.value.code) return null; // the bar above says it
  return html`
    <div class="presses">
      ${!isOnline.value && html`<p class="muted">${t("core.offline_long")}</p>`}
      ${isOnline.value && why === "later" && html`<p class="muted">${t("core.queue_later")}</p>`}
      <${Button} picture="queue" onClick=${() => outbox.replay()}>${t("core.queue_send")}<//>
    </div>`;
}

function Part({ title, rows, onGive, all = [] }) {
  if (!rows.length) return null;
  return html`<section><h2>${title}</h2><ul class="entries">${rows.map((row) => html`<${Entry} key=${row.id} entry=${row} onGive=${onGive} all=${all} />`)}</ul></section>`;
}

function Entry({ entry, onGive, all }) {
  const before = all.find((one) => [entry.after ?? []].flat().includes(one.id) && one.state !== "sent");
  return html`
    <li class="entry card" data-state=${entry.state}>
      <p class="entry-head"><${Picture} name=${SIGNS[entry.state]} /><strong>${entry.label}</strong><span class="tag">${t(`core.state.${entry.state}`)}</span></p>
      <p class="muted">${t("core.queue_entered", { when: dayTime(entry.at) })}</p>
      ${before && html`<p class="muted">${t("core.queue_after")} <strong>${before.label}</strong></p>`}
      ${entry.state === "refused" && html`<${Problem} problem=${entry.problem} />`}
      ${entry.state !== "sent" && html`<${Ways} entry=${entry} onGive=${onGive} />`}
    </li>`;
}

function Ways({ entry, onGive }) {
  if (entry.state === "sending") return null;
  const open = outbox.menders.get(entry.kind);
  return html`
    <div class="presses">
      ${entry.state === "refused" && open && html`<${Button} onClick=${() => mend(open, entry)}>${t("core.queue_mend")}<//>`}
      ${entry.state === "refused" && html`<${Button} tone="quiet" onClick=${() => outbox.mend(entry.id)}>${t("core.queue_resend")}<//>`}
      <${Button} tone="quiet" onClick=${() => onGive(entry)}>${t("core.queue_drop")}<//>
    </div>`;
}

// A mender shows its form by itself, or gives the address of a screen that does.
function mend(open, entry) {
  const address = open(entry);
  if (typeof address === "string") go(address);
}
