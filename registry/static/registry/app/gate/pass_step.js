/** The pass: through the camera, from a photograph, or typed by its short code. */
import { Busy, Button, Field, Note } from "../core/parts.js";
import { html, useEffect, useRef, useState } from "../core/ui.js";
import { t } from "../core/words.js";
import { PREFIX } from "./claims.js";
import { FileButton } from "./file_button.js";
import { readCode } from "./plate.js";
import { readPhoto, startScan } from "./scan.js";

// SZ and eight letters; what people type around them does not matter.
const CODE_LENGTH = 10;

/** Calls `onPass` with the text of a scanned pass or the short code that was typed. */
export function PassStep({ onPass }) {
  const [how, choose] = useState("scan");
  return html`
    ${how === "scan" ? html`<${Scanner} onPass=${onPass} />` : html`<${Typed} onPass=${onPass} />`}
    <div class="presses">
      ${how === "scan"
        ? html`<${Button} tone="quiet" onClick=${() => choose("type")}>${t("gate.type_code")}<//>`
        : html`<${Button} tone="quiet" picture="qr" onClick=${() => choose("scan")}>${t("gate.scan_instead")}<//>`}
    </div>`;
}

function Scanner({ onPass }) {
  const video = useRef(null);
  const scan = useRef(null);
  const [state, setState] = useState("starting");
  const [lamp, setLamp] = useState(null);
  const [isOther, setOther] = useState(false);
  useEffect(() => {
    const onText = (text) => (text.startsWith(PREFIX) ? (scan.current.stop(), onPass(text)) : setOther(true));
    scan.current = startScan({ video: video.current, onText, onState: setState, onTorch: (has) => setLamp(has ? false : null) });
    return () => scan.current.stop();
  }, []);
  const light = () => {
    scan.current.torch(!lamp);
    setLamp(!lamp);
  };
  const isBroken = state.startsWith("camera_");
  return html`
    <div class="finder" data-state=${state} hidden=${isBroken}>
      <video ref=${video} muted playsinline aria-label=${t("gate.camera_picture")}></video>
      <span class="finder-frame" aria-hidden="true"></span>
      <p class="finder-hint" role="status">${t(state === "starting" ? "gate.camera_starts" : isOther ? "gate.not_a_pass" : "gate.hold_still")}</p>
      ${lamp !== null && html`<button type="button" class="finder-lamp" aria-pressed=${lamp ? "true" : "false"} onClick=${light}>${t("gate.lamp")}</button>`}
    </div>
    ${isBroken && html`<${Note} tone="warn"><p>${t(`gate.${state}`)}</p><//>`}
    <${FromPhoto} onPass=${onPass} />`;
}

/** A photograph taken with the phone's own camera app, read here and kept nowhere. */
function FromPhoto({ onPass }) {
  const [state, setState] = useState("");
  const taken = async (file) => {
    setState("reading");
    const text = await readPhoto(file).catch(() => null);
    setState(text ? "" : "unread");
    if (text) onPass(text);
  };
  return html`
    ${state === "reading" && html`<${Busy} label=${t("gate.photo_reading")} />`}
    ${state === "unread" && html`<${Note} tone="warn"><p>${t("gate.photo_unread")}</p><//>`}
    <div class="presses"><${FileButton} label=${t("gate.photo_of_pass")} onFile=${taken} /></div>`;
}

function Typed({ onPass }) {
  const [typed, type] = useState("");
  const [error, setError] = useState("");
  const done = (event) => {
    event.preventDefault();
    const code = readCode(typed);
    if (code.length !== CODE_LENGTH) return setError(t("gate.code_length"));
    return onPass(code);
  };
  return html`
    <form onSubmit=${done} noValidate>
      <${Field} label=${t("gate.code")} help=${t("gate.code_help")} error=${error} value=${typed} onChange=${type}
        autocapitalize="characters" autocomplete="off" autocorrect="off" spellcheck="false" enterkeyhint="done" class="gate-typed" />
      <div class="presses"><${Button} type="submit" picture="check">${t("gate.take_code")}<//></div>
    </form>`;
}
