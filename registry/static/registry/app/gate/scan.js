/** The camera at the gate: finds the QR code of a pass in what it sees, in a worker, as long as somebody looks. */
import { WAYS } from "./ways.js";

const SIDE = 1000;
const PAUSE_MS = 80;
const WANTED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 960 } } };
// What the browser calls it when somebody said no, and when there is no camera.
const PROBLEMS = { NotAllowedError: "camera_denied", SecurityError: "camera_denied", NotFoundError: "camera_missing" };

/**
 * Look through the camera into `video` and call `onText` with what each code says, until `stop()`.
 *
 * `onState` hears `starting`, `looking`, or a problem: `camera_denied`, `camera_missing`, `camera_failed`.
 */
export function startScan({ video, onText, onState, onTorch = () => {} }) {
  const scan = { video, onText, isOver: false, turn: 0, reader: makeReader(), stream: null };
  onState("starting");
  open(scan, onTorch).then(
    () => !scan.isOver && (onState("looking"), look(scan)),
    (error) => !scan.isOver && onState(PROBLEMS[error.name] ?? "camera_failed"),
  );
  return { stop: () => stop(scan), torch: (on) => torch(scan, on) };
}

async function open(scan, onTorch) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
  scan.stream = await navigator.mediaDevices.getUserMedia(WANTED);
  if (scan.isOver) return stop(scan);
  scan.video.srcObject = scan.stream;
  await scan.video.play();
  const [track] = scan.stream.getVideoTracks();
  onTorch(Boolean(track.getCapabilities?.().torch));
}

function torch(scan, on) {
  const [track] = scan.stream?.getVideoTracks() ?? [];
  return track?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
}

function stop(scan) {
  scan.isOver = true;
  for (const track of scan.stream?.getTracks() ?? []) track.stop();
  scan.video.srcObject = null;
  scan.reader.close();
}

/** One frame after the other: as it is, and in one more way, another one each time. */
async function look(scan) {
  const canvas = document.createElement("canvas");
  while (!scan.isOver) {
    const image = document.hidden ? null : frame(scan.video, canvas);
    const text = image && (await scan.reader.read(image, scan.turn++));
    if (text && !scan.isOver) scan.onText(text);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

/** What the camera sees now, no larger than a reader wants it; null before there is a picture. */
function frame(source, canvas) {
  const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
  if (!width || !height) return null;
  const factor = Math.min(1, SIDE / Math.max(width, height));
  canvas.width = Math.round(width * factor);
  canvas.height = Math.round(height * factor);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** What the code in a photograph says, tried in every way; null when nobody can read it. */
export async function readPhoto(file) {
  const reader = makeReader();
  try {
    const bitmap = await createImageBitmap(file);
    return await reader.readHard(frame(bitmap, document.createElement("canvas")));
  } finally {
    reader.close();
  }
}

/** The browser's own detector where there is one, and ours for all that it does not see. */
export function makeReader() {
  const worker = makeWorker();
  const asked = async (image, first, ways) => (await detected(image)) ?? worker.read(image, first, ways);
  return {
    read: async (image, turn) =>
      (await asked(image, 0, 1)) ?? (WAYS.length > 1 ? worker.read(image, 1 + (turn % (WAYS.length - 1)), 1) : null),
    readHard: (image) => asked(image, 0, WAYS.length),
    close: () => worker.close(),
  };
}

let detector;

/** What the browser's own detector reads; null where there is none or it sees nothing. */
async function detected(image) {
  detector ??= makeDetector();
  const [found] = (await (await detector)?.detect(image).catch(() => [])) ?? [];
  return found?.rawValue || null;
}

async function makeDetector() {
  if (!("BarcodeDetector" in globalThis)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

/** Our own reader in a worker; in this thread, between two frames, where no worker can be had. */
function makeWorker() {
  const waiting = new Map();
  let asked = 0;
  const worker = new Worker(new URL("./scan_worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data: { id, text } }) => settle(waiting, id, text));
  let isBroken = false;
  worker.addEventListener("error", () => {
    isBroken = true;
    for (const id of [...waiting.keys()]) settle(waiting, id, null);
  });
  return {
    read: (image, first, ways) => {
      if (isBroken) return readHere(image, first, ways);
      const id = ++asked;
      worker.postMessage({ id, image, first, ways });
      return new Promise((done) => waiting.set(id, done));
    },
    close: () => {
      worker.terminate();
      for (const id of [...waiting.keys()]) settle(waiting, id, null);
    },
  };
}

function settle(waiting, id, text) {
  waiting.get(id)?.(text);
  waiting.delete(id);
}

async function readHere(image, first, ways) {
  const { read } = await import("./reading.js");
  await new Promise((done) => (globalThis.requestIdleCallback ?? setTimeout)(done));
  return read(image, first, ways);
}
