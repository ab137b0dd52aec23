// What the server last said, kept sealed on the phone so that it can be read without a network; its age is shown.
import { get, serverNow, Unreachable } from "../core/api.js";
import { Note } from "../core/parts.js";
import { html, useEffect, useSignal } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { dayTime, t } from "../core/words.js";

const KIND = "list";
const NOTHING = { data: null, at: null, fresh: false, problem: null, loading: true };
const openPaths = new Map();

// {data, at, fresh, problem, loading} of a path of the API; first what the phone has, then what the server says.
export function useKept(path) {
  const state = useSignal(NOTHING);
  useEffect(() => {
    if (!path) return undefined;
    let wanted = true;
    // An answer that was long on its way says what was true when it was asked for: a later one is not undone by it.
    let asked = 0;
    let shown = 0;
    const look = () => {
      const number = ++asked;
      const isLate = () => number < shown;
      const show = (next) => {
        if (!wanted || isLate()) return;
        shown = number;
        state.value = { ...state.value, ...next };
      };
      return fill(path, show, isLate, state);
    };
    state.value = NOTHING;
    look();
    openPaths.set(look, path);
    return () => ((wanted = false), openPaths.delete(look));
  }, [path]);
  return state;
}

async function fill(path, show, isLate, state) {
  const kept = state.peek().data ? null : await vault.get(KIND, path).catch(() => null);
  if (kept) show({ data: kept.data, at: kept.at });
  try {
    show(await fetched(path, isLate));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    show({ fresh: false, loading: false });
  }
}

async function fetched(path, isLate) {
  const { status, data, problem } = await get(path);
  if (isLate()) return null;
  if (!problem) {
    const at = serverNow().toISOString();
    await vault.put(KIND, path, { data, at }).catch(() => {});
    return { data, at, fresh: true, problem: null, loading: false };
  }
  // What does not exist for this person any more is not shown from memory either.
  if (status === 404 || status === 403) await vault.remove(KIND, path);
  const gone = status === 404 || status === 403 ? { data: null, at: null } : {};
  return { ...gone, fresh: false, problem, loading: false };
}

// Asks the server again for every list that is open now: after a deed that changed something.
export async function lookAgain() {
  await Promise.all([...openPaths.keys()].map((look) => look()));
}

// How old the shown list is, unless the server has just said it.
export function Age({ kept }) {
  const { at, fresh, loading } = kept;
  if (fresh || !at || loading) return null;
  return html`<${Note} tone="warn"><p>${t("volunteer.kept.old", { time: dayTime(at) })}</p><//>`;
}

// Every row of a list that comes in pages.
export async function everyPage(path) {
  const rows = [];
  let cursor = "";
  do {
    const joint = path.includes("?") ? "&" : "?";
    const { data } = await get(`${path}${joint}limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    if (!data) return null;
    rows.push(...data.items);
    cursor = data.next ?? "";
  } while (cursor);
  return rows;
}
