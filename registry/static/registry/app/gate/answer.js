/** The answer about a journey, and what can be done with it. */
import { go } from "../core/routes.js";
import { html } from "../core/ui.js";
import { t, time } from "../core/words.js";
import { Verdict } from "./verdict.js";

/** `onClose(step)` goes back to the steps, to the one named if any; `answer.ask` asks once more; `spoken`: what they read. */
export function Answer({ answer, journey, spoken, onClose }) {
  return html`<${Verdict} spoken=${spoken} kind=${answer.kind} reasons=${answer.reasons} note=${noteOf(answer)} actions=${actionsOf(answer, journey, onClose)} />`;
}

function noteOf({ kind, eta, isOpen }) {
  if (kind === "go") return html`<p class="gate-answer-note">${t("gate.recorded", { time: time(eta) })}</p>`;
  if (!isOpen || kind === "stop") return isOpen ? html`<p class="gate-answer-note">${t("gate.by_phone")}</p>` : null;
  return html`
    <div class="gate-answer-note"><p>${t("gate.no_network")}</p>
      <details><summary>${t("gate.paper_title")}</summary>
        <ul>${["time", "pass", "plate", "driver", "people", "staff"].map((line) => html`<li>${t(`gate.paper.${line}`)}</li>`)}</ul>
        <p>${t("gate.paper_then")}</p>
      </details>
    </div>`;
}

/** What can be done with an answer; nothing of it lets anybody leave. */
function actionsOf({ kind, isFirst, isOpen, ask }, journey, onClose) {
  if (kind === "go") return [{ label: t("gate.to_journey"), picture: "back", onClick: () => go(`/journeys/${journey}`) }];
  const concern = { label: t("gate.concern"), picture: "concern", onClick: () => go(`/journeys/${journey}/concern`) };
  const again = { label: t("gate.look_again"), picture: "search", onClick: () => onClose(isFirst ? "shown" : null) };
  if (isFirst) return [again, { label: t("gate.go_on"), picture: "shield", onClick: () => onClose() }, concern];
  if (!isOpen) return [again, concern];
  const more = { label: t("gate.ask_again"), picture: "update", onClick: ask };
  return kind === "stop" ? [more, again, concern] : [more, again];
}
