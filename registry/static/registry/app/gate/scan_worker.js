/** Reads pictures away from the screen, so that the camera's picture never stands still. */
import { read } from "./reading.js";

self.addEventListener("message", ({ data: { id, image, first, ways } }) => {
  self.postMessage({ id, text: read(image, first, ways) });
});
