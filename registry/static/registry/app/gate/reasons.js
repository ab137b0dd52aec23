/** Sentences of the reasons that a phone finds by itself; the server's own come with their sentences. */
import { has, t } from "../core/words.js";

/** The sentence for staff of `{code, params, text}`. */
export function sentence({ code, params = {}, text = "" }) {
  if (text) return text;
  return has(`gate.reason.${code}`) ? t(`gate.reason.${code}`, params) : t("gate.reason.other", { code });
}

/** The sentences of all reasons, each once. */
export const sentences = (reasons) => [...new Set(reasons.map(sentence))];
