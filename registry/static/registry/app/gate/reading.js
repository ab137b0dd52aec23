/** Reads the QR code in a picture: as it is, then made easier in several ways, until one of them can be read. */
import { decodeQR } from "../../vendor/qr/decode.js";
import { asRgba, grey, scaled } from "./picture.js";
import { WAYS } from "./ways.js";

// Larger pictures are made smaller first: a pass has 49 modules, and time is short.
const SIDE_AT_MOST = 1000;

/** What the code in this picture says, by the ways from `first` on; null when none of them can read it. */
export function read(image, first = 0, ways = WAYS.length, effort = 4) {
  const whole = grey(image);
  const side = Math.max(whole.width, whole.height);
  const picture = side > SIDE_AT_MOST ? scaled(whole, SIDE_AT_MOST / side) : whole;
  for (let at = 0; at < ways; at++) {
    const found = decoded(WAYS[(first + at) % WAYS.length](picture), effort);
    if (found !== null) return found;
  }
  return null;
}

function decoded(picture, effort) {
  try {
    return decodeQR(asRgba(picture), { effort, timeLimit: 150 });
  } catch {
    return null;
  }
}
