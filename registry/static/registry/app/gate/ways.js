/** The ways in which a picture of a code is made easier to read. */
import { evened, refocused, scaled, sharpened, smoothed, stretched } from "./picture.js";

/** The ways, what helps most often first; each gets the grey picture and its width. */
export const WAYS = [
  (picture) => picture,
  (picture) => stretched(picture),
  (picture) => evened(picture, Math.round(picture.width / 24)),
  (picture) => evened(smoothed(picture, 1), Math.round(picture.width / 40)),
  (picture) => stretched(scaled(picture, 0.5)),
  (picture) => refocused(stretched(scaled(picture, 0.6)), Math.round(picture.width / 240), 8),
  (picture) => refocused(stretched(scaled(picture, 0.6)), Math.round(picture.width / 190), 12),
  (picture) => sharpened(evened(picture, Math.round(picture.width / 24)), Math.round(picture.width / 140), 4),
  (picture) => stretched(smoothed(picture, 2)),
];
