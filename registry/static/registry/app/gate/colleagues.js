/** Who else is on duty in a zone: asked of the server, kept for the hours without it. */
import { get, Unreachable } from "../core/api.js";
import { vault } from "../core/vault.js";

const KIND = "gate_on_duty";

/** `{person, given_name}` of everybody on duty but oneself. */
export async function colleagues(zone, myself) {
  const people = (await asked(zone)) ?? (await vault.get(KIND, zone)) ?? [];
  return people.filter(({ person }) => person !== myself);
}

async function asked(zone) {
  try {
    const { status, data } = await get(`/zones/${zone}/shifts?limit=100`);
    if (status !== 200) return null;
    const people = data.items.map(({ person, given_name }) => ({ person, given_name }));
    await vault.put(KIND, zone, people);
    return people;
  } catch (error) {
    if (error instanceof Unreachable) return null;
    throw error;
  }
}
