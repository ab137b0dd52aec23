/** Whether pass, driver, car, plate and heads are those of one journey: rule 10 as far as a phone can see it. */
import { toHex } from "./keyring.js";

/** The first pass of the pack that fits, with the driver whose it is; null when there is none. */
export function expectedPass(pack, fits) {
  for (const { ride } of pack?.journeys ?? []) {
    const found = ride?.passes.find(fits);
    if (found) return { ...found, driver: ride.driver };
  }
  return null;
}

/** Every reason to stop the car, in the order and by the names of registry/rules/handover.py. */
export function pairing({ claims, expected }, journey, mark, counted) {
  const reasons = journey.ride ? carReasons(claims, expected, journey.ride, mark) : [];
  const params = { counted, expected: journey.people };
  return Number.isInteger(counted) && counted !== journey.people ? [...reasons, { code: "other_count", params }] : reasons;
}

function carReasons(claims, expected, ride, mark) {
  const driver = claims?.provider ?? expected?.driver ?? null;
  const vehicle = claims ? claims.vehicle : (expected?.vehicle ?? null);
  const own = ride.passes.find((one) => one.code === expected?.code);
  const found = {
    pass_other_plate: Boolean(claims?.vehicle && mark) && toHex(claims.plate) !== mark,
    pass_elsewhere: Boolean(own?.elsewhere),
    other_driver: driver !== null && driver !== ride.driver,
    other_vehicle: vehicle !== null && vehicle !== ride.vehicle,
    other_plate: ride.plate !== null && mark !== ride.plate,
    // Without the secret no plate can be compared: that is said, and not taken for the right one.
    plate_not_compared: ride.plate === null,
  };
  return Object.keys(found)
    .filter((code) => found[code])
    .map((code) => ({ code }));
}
