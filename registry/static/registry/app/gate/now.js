/** The time by which passes are judged, and whether this phone's clock may judge at all. */
import { serverNow, skewMs } from "../core/clock.js";
import { read } from "../core/local.js";
import { SKEW_AT_MOST_S } from "./claims.js";

/**
 * `{atS, skewS, isRight}`: by the server's time. A clock more than two minutes off the server's gives no verdict,
 * nor one that was set back since the server was last heard, nor one that was never compared with it.
 */
export function clock() {
  const remembered = read("skew");
  const skew = skewMs ?? (remembered === null ? NaN : Number(remembered));
  const atMs = serverNow().getTime();
  const setBackS = (atMs - (Date.now() + skew)) / 1000;
  const skewS = Math.abs(skew) / 1000;
  return { atS: atMs / 1000, skewS, isRight: skewS <= SKEW_AT_MOST_S && setBackS <= SKEW_AT_MOST_S };
}

/** Whether it is night at the border: from 22:00 to 06:00 two people see a journey off (rule 7). */
export function isNight(at = serverNow()) {
  const hour = { timeZone: "Europe/Bucharest", hour: "2-digit", hourCycle: "h23" };
  const now = Number(new Intl.DateTimeFormat("en-GB", hour).format(at));
  return now >= 22 || now < 6;
}
