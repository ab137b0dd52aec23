// A deed that needs the server now: done once however often it is pressed, with plain words for what went wrong.
import { post, uuid7, Unreachable } from "../core/api.js";
import { Note, Reasons } from "../core/parts.js";
import { html, useEffect, useRef, useSignal } from "../core/ui.js";
import { t } from "../core/words.js";
import { lookAgain } from "./kept.js";

// {busy, problem, unreachable, run(path, body)}; `run` gives the answer, or null when it was refused or not heard.
// The same path and body is sent with the same key until an answer is heard: a lost answer doubles nothing.
export function useDeed() {
  const state = useSignal({ busy: false, problem: null, unreachable: false });
  const keys = useRef(new Map());
  async function run(path, body = {}, { quiet = false } = {}) {
    if (state.peek().busy) return null;
    state.value = { busy: true, problem: null, unreachable: false };
    const same = JSON.stringify([path, body]);
    if (!keys.current.has(same)) keys.current.set(same, uuid7());
    try {
      const { data, problem } = await post(path, body, { key: keys.current.get(same) });
      keys.current.delete(same);
      state.value = { busy: false, problem: problem ?? null, unreachable: false };
      if (!quiet) await lookAgain();
      return problem ? null : data;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      state.value = { busy: false, problem: null, unreachable: true };
      return null;
    }
  }
  return { ...state.value, state, run };
}

// What became of a deed: the reasons of a refusal, or that nobody knows yet.
export function Outcome({ deed, paper }) {
  const { problem, unreachable } = deed.state.value;
  if (unreachable) {
    return html`<${Told}><p><strong>${t("volunteer.deed.unheard")}</strong></p>
      <p>${t(paper ?? "volunteer.deed.again")}</p><//>`;
  }
  if (!problem) return null;
  return html`<${Told}><p><strong>${problem.detail || t("volunteer.deed.refused")}</strong></p>
    <${Reasons} reasons=${problem.reasons ?? []} /><//>`;
}

function Told({ children }) {
  const box = useRef(null);
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  return html`<div ref=${box}><${Note} tone="bad">${children}<//></div>`;
}

// "This needs the network", with what to do on paper meanwhile.
export function NeedsNetwork({ paper }) {
  return html`<${Note} tone="warn"><p><strong>${t("volunteer.net.needed")}</strong></p><p>${t(paper)}</p><//>`;
}
