/** The gate's screens, and what they need kept fresh while there is a network. */
import { route } from "../core/routes.js";
import { isOnline, me, zone } from "../core/session.js";
import { effect } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { t } from "../core/words.js";
import { Check } from "./check_screen.js";
import { Gate } from "./gate.js";
import { forget, refresh, remember } from "./keys.js";

const LOOK_MS = 60_000;

route("/gate/:journey", Gate);
route("/check", Check);

export const tiles = () => [{ title: t("gate.check_tile"), to: "/check", picture: "qr" }];

/** At the start, on a change of person or zone, and as long as somebody has the app open. */
async function keepFresh() {
  if (!me.peek()) return;
  await remember();
  if (document.visibilityState === "visible") await refresh(zone.peek()?.code);
}

effect(() => {
  if (me.value && zone.value !== undefined && isOnline.value !== undefined) keepFresh();
});
setInterval(() => me.peek() && document.visibilityState === "visible" && refresh(zone.peek()?.code), LOOK_MS);
vault.onWipe(forget);
