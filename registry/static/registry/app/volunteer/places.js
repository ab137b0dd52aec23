// Zones, towns and crossings by code, in the language of whoever reads; kept for the time without a network.
import { Unreachable } from "../core/api.js";
import { me, zone } from "../core/session.js";
import { computed, effect, signal } from "../core/ui.js";
import { vault } from "../core/vault.js";
import { language } from "../core/words.js";
import { everyPage } from "./kept.js";

const KIND = "places";
const PATHS = { zones: "/zones", towns: "/towns", crossings: "/crossings" };
const places = { zones: signal([]), towns: signal([]), crossings: signal([]) };
export const { zones, towns, crossings } = places;
let asked = false;

// Fills the lists from the phone, then once a visit from the server.
export async function loadPlaces() {
  if (!vault.person) return;
  await Promise.all(Object.keys(PATHS).map(remember));
  if (asked) return;
  asked = true;
  try {
    for (const name of Object.keys(PATHS)) await fetchPlaces(name);
  } catch (error) {
    asked = false;
    if (!(error instanceof Unreachable)) throw error;
  }
}

async function remember(name) {
  if (places[name].peek().length) return;
  const rows = await vault.get(KIND, name).catch(() => null);
  if (rows && !places[name].peek().length) places[name].value = rows;
}

async function fetchPlaces(name) {
  const rows = await everyPage(PATHS[name]);
  if (!rows) return;
  const slim = rows.map(({ code, name: own, names, county, status, lat, lon }) => ({ code, name: own, names, county, status, lat, lon }));
  places[name].value = slim;
  await vault.put(KIND, name, slim).catch(() => {});
}

vault.onWipe?.(() => {
  asked = false;
  for (const list of Object.values(places)) list.value = [];
});

const named = (row, code) => row?.names?.[code] || row?.name || "";
const find = (list, code) => list.value.find((row) => row.code === code);

export const townName = (code, spoken = language.value) => named(find(towns, code), spoken) || code || "";
export const zoneName = (code, spoken = language.value) => named(find(zones, code), spoken) || code || "";
export const crossingName = (code, spoken = language.value) => named(find(crossings, code), spoken) || code || "";

export const byName = (rows) =>
  rows.map((row) => [row.code, named(row, language.value)]).sort((a, b) => a[1].localeCompare(b[1], language.value));

const FIELD = ["volunteer", "coordinator"];
const covers = (role, zone) => (role.zone ? role.zone === zone.code : !role.county || role.county === zone.county);

// The zones in which this person works.
export const myZones = computed(() => {
  const mine = (me.value?.roles ?? []).filter(({ role }) => FIELD.includes(role));
  return zones.value.filter((zone) => zone.status !== "retired" && mine.some((role) => covers(role, zone)));
});

// Whether this person is a coordinator of the zone.
export function coordinates(code) {
  const zone = find(zones, code) ?? { code, county: null };
  return (me.value?.roles ?? []).some((role) => role.role === "coordinator" && covers(role, zone));
}

// The zone's name in the bar on top follows the language.
effect(() => {
  const code = zone.value?.code;
  const name = zoneName(code);
  if (code && zones.value.length && name !== zone.peek().name) zone.value = { ...zone.peek(), name };
});
