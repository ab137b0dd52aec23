/** The answer about a journey, and what can be done with it. */
import { go } from "../core/routes.js";
import { html } from "../core/ui.js";
import { t, time } from "../core/words.js";
import { Verdict } from "./verdict.js";

/** `onAgain(step)` opens a step, `onAsk` asks once more, `onClose` goes back to the steps. */
export function Answer({ answer, journey, onAgain, onAsk, onClose }) {
  return html`<${Verdict} kind=${answer.kind} reasons=${answer.reasons} note=${noteOf(answer)} actions=${actionsOf(answer, { journey, onAgain, onAsk, onClose })} />`;
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

function actionsOf(answer, { journey, onAgain, onAsk, onClose }) {
  const leave = { label: t("gate.to_journey"), picture: "back", onClick: () => go(`/journeys/${journey}`) };
  if (answer.kind === "go") return [leave];
  const ask = { label: t("gate.ask_again"), picture: "update", onClick: onAsk };
  const again = { label: t("gate.look_again"), picture: "search", onClick: () => (answer.isFirst ? onAgain("shown") : onClose()) };
  const concern = { label: t("gate.concern"), picture: "concern", onClick: () => go(`/journeys/${journey}/concern`) };
  if (answer.isFirst) return [again, { label: t("gate.go_on"), picture: "shield", onClick: onClose }, concern];
  return answer.isOpen ? [ask, again, ...(answer.kind === "stop" ? [concern] : [])] : [again, concern];
}

