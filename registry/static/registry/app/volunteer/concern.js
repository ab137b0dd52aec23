// A concern about a driver or host, as the family told it: taken down without a network too.
import { uuid7 } from "../core/api.js";
import { outbox } from "../core/outbox.js";
import { Button, Field, Note, Screen, useDirty } from "../core/parts.js";
import { go } from "../core/routes.js";
import { isOnline } from "../core/session.js";
import { html, useEffect, useSignal } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { t } from "../core/words.js";
import { Tiles } from "./form_parts.js";
import { useKept } from "./kept.js";
import { paperNumber } from "./spoken.js";

const KINDS = ["money", "work", "papers", "alone", "route_changed", "violence", "other"];

export function Concern({ params, query }) {
  const kind = useSignal("");
  const text = useSignal("");
  const sent = useSignal(null);
  const row = useKept(`/journeys/${params.id}`).value.data;
  useDirty((kind.value || text.value) && !sent.value);
  useEffect(() => {
    if (query?.mend) vault.get("outbox", query.mend).then((entry) => entry?.body && ((kind.value = entry.body.kind), (text.value = entry.body.text)));
  }, []);
  const send = async () => {
    if (!kind.value || sent.value) return;
    const body = { id: uuid7(), kind: kind.value, text: text.value.trim() };
    if (query?.mend) {
      await outbox.mend(query.mend, body);
      go("/queue", { replace: true });
      return;
    }
    const label = t("volunteer.road.label", { paper: paperNumber(row?.household ?? params.id), what: t("volunteer.concern.title") });
    sent.value = await outbox.add({ path: `/journeys/${params.id}/concerns`, body, kind: "concern", label });
  };
  if (sent.value) return html`<${Taken} id=${sent.value.id} back=${`/journeys/${params.id}`} />`;
  return html`<${Screen} title=${t("volunteer.concern.title")} back=${`/journeys/${params.id}`}>
    <${Note} tone="bad"><p>${t("volunteer.concern.danger")} <a href="tel:112">112</a></p><//>
    <p>${t("volunteer.concern.text")}</p>
    <${Tiles} name="kind" k="volunteer.concern.what" value=${kind.value} onChange=${(code) => (kind.value = code)} options=${KINDS.map((code) => ({ value: code, k: `volunteer.concern.kind.${code}` }))} />
    <${Field} label=${t("volunteer.concern.words")} help=${t("volunteer.concern.words_help")} optional multiline maxlength="2000" value=${text.value} onChange=${(words) => (text.value = words)} />
    ${!isOnline.value && html`<${Note} tone="warn"><p>${t("volunteer.concern.offline")}</p><//>`}
    <div class="v-bar"><${Button} tone="danger" picture="concern" disabled=${!kind.value} onClick=${send}>${t("volunteer.concern.send")}<//></div>
  <//>`;
}

// What became of it: an officer has it, or it still waits on this phone.
function Taken({ id, back }) {
  const entry = outbox.entries.value.find((one) => one.id === id);
  const state = entry?.state ?? "sent";
  return html`<${Screen} title=${t("volunteer.concern.title")} back=${back}>
    ${state === "sent" && html`<${Note} tone="ok"><p><strong>${t("volunteer.concern.taken")}</strong></p><p>${t("volunteer.concern.next")}</p><//>`}
    ${state === "refused" && html`<${Note} tone="bad"><p>${entry.problem?.detail}</p><div class="presses"><${Button} to="/queue">${t("volunteer.registered.queue")}<//></div><//>`}
    ${["waiting", "sending"].includes(state) && html`<${Note} tone="bad"><p><strong>${t("volunteer.concern.waits")}</strong></p><p>${t("volunteer.concern.call")} <a href="tel:112">112</a></p><//>`}
    <div class="presses"><${Button} to=${back}>${t("volunteer.journey.open")}<//></div>
  <//>`;
}

outbox.mender("concern", (entry) => `${entry.path.replace(/concerns$/, "concern")}?mend=${entry.id}`);
