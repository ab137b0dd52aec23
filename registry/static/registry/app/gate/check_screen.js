/** A look at any pass, without a journey: whether it is true and counts. It lets nobody leave. */
import { Busy, Screen } from "../core/parts.js";
import { zone } from "../core/session.js";
import { html, useEffect, useState } from "../core/ui.js";
import { t } from "../core/words.js";
import { Age } from "./age.js";
import { checkPass } from "./asking.js";
import { refresh } from "./keys.js";
import { PassStep } from "./pass_step.js";
import { PlateStep } from "./plate_step.js";
import { loadAll, Verdict } from "./verdict.js";

export function Check() {
  const [shown, setShown] = useState("");
  const [wantsPlate, wantPlate] = useState(false);
  const [answer, setAnswer] = useState(null);
  useEffect(() => {
    loadAll();
    refresh(zone.value?.code);
  }, []);
  const check = async (text, plate = "") => {
    setShown(text);
    setAnswer("busy");
    setAnswer(await checkPass(text, plate));
  };
  const restart = () => {
    setAnswer(null);
    wantPlate(false);
    setShown("");
  };
  return html`
    <${Screen} title=${t("gate.check_title")} back="/">
      ${answer === "busy" && html`<${Busy} />`}
      ${!shown && html`<p class="help">${t("gate.check_help")}</p><div class="check-screen"><${PassStep} onPass=${(text) => check(text)} /></div>`}
      ${wantsPlate && !answer && html`<${PlateStep} value="" onPlate=${(plate) => check(shown, plate)} />`}
      <${Age} />
      ${answer && answer !== "busy" && html`<${Verdict} kind=${answer.kind} reasons=${answer.reasons}
        actions=${actionsOf(answer, restart, () => (wantPlate(true), setAnswer(null)))} />`}
    <//>`;
}

function actionsOf(answer, restart, plate) {
  const next = { label: t("gate.next_pass"), picture: "qr", onClick: restart };
  return answer.kind === "good" ? [{ label: t("gate.compare_plate"), picture: "car", onClick: plate }, next] : [next];
}
