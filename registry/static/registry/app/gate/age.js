/** How old what this phone knows is: said wherever a pass is looked at, and a warning once it can make nothing good. */
import { serverNow } from "../core/clock.js";
import { Button, Picture } from "../core/parts.js";
import { zone } from "../core/session.js";
import { html, useEffect, useState } from "../core/ui.js";
import { t } from "../core/words.js";
import { cannotSay, here, issuedAt, refresh } from "./keys.js";

/** Minutes, then hours, in words. */
export function ageText(seconds) {
  const minutes = Math.max(1, Math.floor(seconds / 60));
  return minutes < 90 ? t("gate.minutes", { n: minutes }) : t("gate.hours", { n: Math.floor(minutes / 60) });
}

/** The age of the keys and lists, with a button that fetches them. */
export function Age() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  const isOld = cannotSay(here.value);
  const since = issuedAt(here.value);
  const old = since === null ? t("gate.list_none") : t("gate.list_stale", { age: ageText(serverNow().getTime() / 1000 - since) });
  const text = isOld ? old : t("gate.list_age", { age: ageText(serverNow().getTime() / 1000 - since) });
  return html`
    <div class="gate-age" data-tone=${isOld ? "bad" : "info"} role="status">
      <${Picture} name=${isOld ? "alarm" : "clock"} /><p>${text}</p>
      <${Button} tone="quiet" picture="update" aria-label=${t("gate.fetch_now")} onClick=${() => refresh(zone.value?.code, { now: true })} />
    </div>`;
}
