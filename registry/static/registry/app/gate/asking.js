/** The question at the gate: put to the server, whose word counts; without it, what this phone can say by itself. */
import { post, Unreachable } from "../core/api.js";
import { PREFIX } from "./claims.js";
import { look } from "./check.js";
import { kept } from "./keys.js";
import { sentence, sentences } from "./reasons.js";
import { askDeparture } from "./tries.js";
import { t } from "../core/words.js";

/** What the phone sees at once in a scanned pass; null when it says nothing against it. */
export async function firstLook(seen, journey) {
  if (!seen.shown.startsWith(PREFIX)) return null;
  const found = await look({ shown: seen.shown, plate: "", journey: null }, kept());
  return found.verdict === "stop" ? { ...told(found), step: "shown", journey, isFirst: true } : null;
}

/** `{kind, reasons, isServer}`: go or stop by the server; stop, good or unknown by the phone, with `isOpen`. */
export async function askRegistry(journey, seen, hasRide, words = bodyOf(seen, hasRide)) {
  try {
    return byServer(await askDeparture(journey, words));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { ...(await byPhone(journey, seen, hasRide)), isOpen: true };
  }
}

function bodyOf(seen, hasRide) {
  const ride = hasRide ? { pass_code: seen.shown, plate: seen.plate } : {};
  return { counted: seen.counted, ...ride, ...(seen.second ? { second_staff: seen.second.person } : {}) };
}

function byServer({ status, data, problem }) {
  // A signal may halt a journey in the moment in which it begins: then nobody leaves.
  if (!problem) return data.status === "departed" ? { kind: "go", reasons: [], isServer: true, eta: data.eta_at } : halted();
  if (status === 401) return { kind: "unknown", reasons: [t("gate.reason.signed_out")], isOpen: true };
  if (status === 429 || problem.code === "still_running") return { kind: "unknown", reasons: [problem.detail], isOpen: true };
  const codes = problem.reasons.map((reason) => reason.code);
  const reasons = problem.reasons.length ? sentences(problem.reasons) : [fieldProblem(problem) ?? problem.detail];
  return { kind: "stop", reasons, isServer: true, needsSecond: codes.includes("night_needs_second_staff") };
}

const halted = () => ({ kind: "stop", reasons: [t("gate.reason.halted")], isServer: true });

const fieldProblem = ({ fields }) => (fields.second_staff ? t("gate.reason.second_not_on_duty") : null);

async function byPhone(journey, seen, hasRide) {
  if (!hasRide) return { kind: "unknown", reasons: [t("gate.reason.needs_server")] };
  const shown = seen.shown ?? seen.pass_code ?? "";
  return told(await look({ shown, plate: seen.plate, journey, counted: seen.counted }, kept()));
}

function told({ verdict, reasons, paired }) {
  const said = verdict === "good" && !paired ? [t("gate.reason.not_paired")] : [];
  return { kind: verdict, reasons: [...sentences(reasons), ...said] };
}

/** What is known of a pass without any journey: by the phone, and of a short code by the server's public check. */
export async function checkPass(shown, plate = "") {
  const found = await look({ shown, plate, journey: null }, kept());
  if (!found.reasons.some(({ code }) => code === "code_needs_network")) {
    const isPlateAsked = Boolean(plate) && kept().pack?.plate_secret;
    const said = found.verdict === "good" && !isPlateAsked ? [t("gate.reason.plate_not_asked")] : [];
    return { kind: found.verdict, reasons: [...sentences(found.reasons), ...said] };
  }
  return byPublicCheck(shown);
}

async function byPublicCheck(text) {
  try {
    const { data, problem } = await post("/public/check", { text });
    if (problem) return { kind: "unknown", reasons: [problem.detail] };
    if (data.answer === "VALID") return { kind: "good", reasons: [t("gate.reason.plate_not_asked")] };
    return { kind: "stop", reasons: [sentence({ code: data.answer === "EXPIRED" ? "pass_expired" : "not_valid" })] };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { kind: "unknown", reasons: [t("gate.reason.code_needs_network")] };
  }
}
