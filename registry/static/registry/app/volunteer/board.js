// The zone's board: everything that is open there, in one read; the numbers on the home screen come from it.
import { get, serverNow, Unreachable } from "../core/api.js";
import { me, ready, shift, zone } from "../core/session.js";
import { effect, signal } from "../core/ui.js";
import { vault } from "../core/vault.js";

const KIND = "list";
const LOOK_MS = 60_000;
export const boardPath = (code) => `/zones/${encodeURIComponent(code)}/board`;
export const PLACES = ["households", "waiting", "chosen", "confirmed", "on_the_road", "overdue", "arrived", "expected"];

// {data, at, fresh} of the chosen zone; null before anything is known.
export const board = signal(null);

let asked = 0;
let answered = 0;

// Asks for the board, and whether one's own shift still runs.
export async function lookAtBoard() {
  const code = zone.peek()?.code;
  if (!code || !vault.person) return;
  const number = ++asked;
  try {
    const { status, data } = await get(boardPath(code));
    // An answer that was overtaken by a later one says nothing new.
    if (zone.peek()?.code !== code || number < answered) return;
    answered = number;
    if (status === 200) await show(code, data);
    if (status === 404 || status === 403) await forget(code);
    await lookAtShift(code);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (board.peek()) board.value = { ...board.peek(), fresh: false };
  }
}

async function show(code, data) {
  const at = serverNow().toISOString();
  board.value = { data, at, fresh: true };
  await vault.put(KIND, boardPath(code), { data, at }).catch(() => {});
}

async function forget(code) {
  board.value = null;
  await vault.remove(KIND, boardPath(code));
}

async function lookAtShift(code) {
  const { data } = await get(`/zones/${encodeURIComponent(code)}/shifts?limit=100`);
  if (!data || zone.peek()?.code !== code) return;
  const mine = data.items.find(({ person }) => person === me.peek()?.id);
  shift.value = mine ? { id: mine.id, zone: code, starts_at: mine.starts_at, ends_at: mine.ends_at } : null;
}

async function remember(code) {
  const kept = await vault.get(KIND, boardPath(code)).catch(() => null);
  if (kept && zone.peek()?.code === code && !board.peek()) board.value = { ...kept, fresh: false };
}

let shown = "";
effect(() => {
  const code = ready.value && me.value ? (zone.value?.code ?? "") : "";
  if (code === shown) return;
  shown = code;
  board.value = null;
  if (code) remember(code).then(lookAtBoard);
});
setInterval(() => document.visibilityState === "visible" && lookAtBoard(), LOOK_MS);
addEventListener("online", () => lookAtBoard());

export const onShift = () => Boolean(shift.value && new Date(shift.value.ends_at) > serverNow());
export const howMany = (...names) => names.reduce((sum, name) => sum + (board.value?.data[name]?.length ?? 0), 0);
