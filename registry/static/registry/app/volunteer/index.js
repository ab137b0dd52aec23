// The volunteer's part of the app: its screens by address, and its doors on the home screen.
import { Button, Note } from "../core/parts.js";
import { route } from "../core/routes.js";
import { shift, zone } from "../core/session.js";
import { computed, html } from "../core/ui.js";
import { t, time } from "../core/words.js";
import { Alarms } from "./alarms.js";
import { board, howMany, onShift } from "./board.js";
import { Concern } from "./concern.js";
import { Shift, Zone } from "./duty.js";
import { HandOver, TakeOver } from "./handover.js";
import { Asked, Household, NewRequest } from "./household.js";
import { Journey } from "./journey.js";
import { Lists } from "./lists.js";
import { Request } from "./proposals.js";
import { Register } from "./register.js";
import { Registered, RegisteredHere } from "./registered.js";

route("/zone", Zone);
route("/shift", Shift);
route("/shift/handover", HandOver);
route("/handovers/:id", TakeOver);
route("/register", Register);
route("/registered", RegisteredHere);
route("/registered/:id", Registered);
route("/asked/:id", Asked);
route("/lists/:name", Lists);
route("/households/:id", Household);
route("/households/:id/request", NewRequest);
route("/requests/:id", Request);
route("/journeys/:id", Journey);
route("/journeys/:id/concern", Concern);
route("/alarms", Alarms);

// Above the doors: where one works, until when, and what somebody hands over.
export function Before() {
  if (!zone.value) return html`<${Note} tone="warn"><p>${t("volunteer.zone.first")}</p><div class="presses"><${Button} picture="map" to="/zone">${t("volunteer.zone.choose")}<//></div><//>`;
  const given = board.value?.data.handovers.length ?? 0;
  return html`${!onShift() && html`<${Note} tone="warn"><p>${t("volunteer.shift.off_text")}</p><div class="presses"><${Button} picture="shift" to="/shift">${t("volunteer.shift.start")}<//></div><//>`}
    ${given > 0 && html`<${Note} tone="info"><p>${t("volunteer.handover.waits", { n: given })}</p><div class="presses"><${Button} tone="quiet" to="/shift">${t("volunteer.handover.read")}<//></div><//>`}`;
}

export const tiles = computed(() => {
  if (!zone.value) return [];
  const late = howMany("overdue");
  const alarms = howMany("alarms");
  const known = board.value !== null;
  const number = (n) => (known ? n : null);
  return [
    { title: t("volunteer.register.title"), to: "/register", picture: "family", tone: "main" },
    ...(alarms ? [{ title: t("volunteer.alarms.title"), to: "/alarms", picture: "alarm", tone: "bad", count: alarms }] : []),
    { title: t("volunteer.lists.waiting"), to: "/lists/waiting", picture: "clock", count: number(howMany("waiting", "households")) },
    { title: t("volunteer.lists.leaving"), to: "/lists/leaving", picture: "handover", count: number(howMany("confirmed", "chosen")) },
    { title: t("volunteer.lists.road"), to: "/lists/road", picture: "car", tone: late ? "bad" : "", count: number(howMany("overdue", "on_the_road", "arrived")), help: late ? t("volunteer.lists.late", { n: late }) : "" },
    { title: t("volunteer.lists.arrivals"), to: "/lists/arrivals", picture: "arrival", count: number(howMany("expected")) },
    { title: t("volunteer.registered.here"), to: "/registered", picture: "bag" },
    { title: onShift() ? t("volunteer.shift.on", { time: time(shift.value.ends_at) }) : t("volunteer.shift.title"), to: "/shift", picture: "shift" },
    ...(alarms ? [] : [{ title: t("volunteer.alarms.title"), to: "/alarms", picture: "alarm", count: number(0) }]),
  ];
});

