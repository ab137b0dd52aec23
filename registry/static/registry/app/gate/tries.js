/** A departure asked of the server once, however often the answer is lost: the same words under the same key. */
import { post } from "../core/api.js";
import { uuid7 } from "../core/clock.js";
import { vault } from "../core/vault.js";

const KIND = "gate_try";

/** The question about this journey that has had no answer yet; null when there is none. */
export const openTry = async (journey) => (await vault.get(KIND, journey)) ?? null;

/**
 * Ask whether this journey may leave. A question that is still open is asked first, as it was: the server may have let
 * them leave already. Only when that was refused is `body` a new question. Throws `Unreachable` when no answer came;
 * the question stays open.
 */
export async function askDeparture(journey, body) {
  const open = await openTry(journey);
  if (!open) return ask(journey, { key: uuid7(), body });
  const answer = await ask(journey, open);
  const isOther = JSON.stringify(open.body) !== JSON.stringify(body);
  return answer.problem && isFinal(answer) && isOther ? ask(journey, { key: uuid7(), body }) : answer;
}

async function ask(journey, question) {
  await vault.put(KIND, journey, question);
  const answer = await post(`/journeys/${journey}/departure`, question.body, { key: question.key });
  if (isFinal(answer)) await vault.remove(KIND, journey);
  return answer;
}

// What says nothing about the journey: signed out, too many at once, or the first question is still being answered.
const isFinal = ({ status, problem }) =>
  status !== 401 && status !== 429 && !["still_running", "csrf_failed"].includes(problem?.code);
