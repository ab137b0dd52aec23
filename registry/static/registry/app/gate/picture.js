/** A grey picture made easier to read: stretched in the dark, evened out under a lamp, sharpened out of focus. */

/** The grey of an `ImageData`, one byte a pixel. */
export function grey({ width, height, data }) {
  const pixels = new Uint8ClampedArray(width * height);
  for (let at = 0, from = 0; at < pixels.length; at++, from += 4) {
    pixels[at] = (data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8;
  }
  return { width, height, pixels };
}

/** As a decoder wants it: four bytes a pixel. */
export function asRgba({ width, height, pixels }) {
  const data = new Uint8ClampedArray(width * height * 4);
  const words = new Uint32Array(data.buffer);
  for (let at = 0; at < pixels.length; at++) words[at] = 0xff000000 | (pixels[at] * 0x010101);
  return { width, height, data };
}

/** From the darkest to the brightest: what the dark leaves of black and white, made black and white again. */
export function stretched(picture) {
  const { pixels } = picture;
  const counts = new Uint32Array(256);
  for (const value of pixels) counts[value]++;
  const low = percentile(counts, pixels.length * 0.01);
  const high = percentile(counts, pixels.length * 0.99);
  const scale = 255 / Math.max(1, high - low);
  const table = Uint8ClampedArray.from(counts, (_, value) => (value - low) * scale);
  return { ...picture, pixels: pixels.map((value) => table[value]) };
}

function percentile(counts, wanted) {
  let seen = 0;
  for (let value = 0; value < 256; value++) {
    seen += counts[value];
    if (seen > wanted) return value;
  }
  return 255;
}

/** Each pixel against the light around it, so that neither lamp nor shadow decides what is black. */
export function evened(picture, radius) {
  const { width, height, pixels } = picture;
  const means = boxed(picture, radius);
  const away = new Float32Array(pixels.length);
  for (let at = 0; at < away.length; at++) away[at] = Math.abs(pixels[at] - means[at]);
  const spread = boxed({ width, height, pixels: away }, radius);
  const even = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < even.length; at++) {
    even[at] = 128 + (70 * (pixels[at] - means[at])) / Math.max(2, spread[at]);
  }
  return { width, height, pixels: even };
}

/** Edges made steeper than the lens left them. */
export function sharpened(picture, radius, much) {
  const { width, height, pixels } = picture;
  const soft = boxed({ width, height, pixels: boxed(picture, radius) }, radius);
  const sharp = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < sharp.length; at++) sharp[at] = pixels[at] + much * (pixels[at] - soft[at]);
  return { width, height, pixels: sharp };
}

/** What a lens out of focus must have seen, found step by step: softened again it is the picture that there is. */
export function refocused(picture, radius, rounds) {
  const { width, height, pixels } = picture;
  const guess = Uint8ClampedArray.from(pixels);
  for (let round = 0; round < rounds; round++) {
    const once = boxed({ width, height, pixels: guess }, radius);
    const soft = boxed({ width, height, pixels: once }, radius);
    for (let at = 0; at < guess.length; at++) guess[at] += 1.5 * (pixels[at] - soft[at]);
  }
  return { width, height, pixels: guess };
}

/** Without grain: the mean of the pixels around each. */
export function smoothed(picture, radius) {
  return { ...picture, pixels: Uint8ClampedArray.from(boxed(picture, radius)) };
}

/** Larger or smaller, by the four pixels around each place. */
export function scaled(picture, factor) {
  const [width, height] = [Math.round(picture.width * factor), Math.round(picture.height * factor)];
  const source = factor < 0.75 ? boxed(picture, Math.round(0.4 / factor)) : picture.pixels;
  const pixels = new Uint8ClampedArray(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const fromY = Math.min(picture.height - 1, Math.max(0, (y + 0.5) / factor - 0.5));
    const [top, partY] = [Math.floor(fromY), fromY % 1];
    const below = Math.min(picture.height - 1, top + 1) * picture.width;
    for (let x = 0; x < width; x++, at++) {
      const fromX = Math.min(picture.width - 1, Math.max(0, (x + 0.5) / factor - 0.5));
      const [left, partX] = [Math.floor(fromX), fromX % 1];
      const right = Math.min(picture.width - 1, left + 1);
      const upper = source[top * picture.width + left] * (1 - partX) + source[top * picture.width + right] * partX;
      const lower = source[below + left] * (1 - partX) + source[below + right] * partX;
      pixels[at] = upper * (1 - partY) + lower * partY;
    }
  }
  return { width, height, pixels };
}

/** The mean of the square around each pixel, cut off at the edges: rows first, then columns. */
function boxed({ width, height, pixels }, radius) {
  const rows = new Float32Array(pixels.length);
  for (let y = 0; y < height; y++) slide(pixels, rows, y * width, 1, width, radius);
  const whole = new Float32Array(pixels.length);
  for (let x = 0; x < width; x++) slide(rows, whole, x, width, height, radius);
  return whole;
}

/** Running means along one line of pixels. */
function slide(from, to, start, step, count, radius) {
  let sum = 0;
  let size = 0;
  for (let at = 0; at < Math.min(radius, count); at++, size++) sum += from[start + at * step];
  for (let at = 0; at < count; at++) {
    if (at + radius < count) {
      sum += from[start + (at + radius) * step];
      size++;
    }
    if (at - radius - 1 >= 0) {
      sum -= from[start + (at - radius - 1) * step];
      size--;
    }
    to[start + at * step] = sum / size;
  }
}
