/** The plate, read from the car: big keys, and a photograph beside them that never leaves this phone. */
import { Button } from "../core/parts.js";
import { html, useEffect, useId, useRef, useState } from "../core/ui.js";
import { t } from "../core/words.js";

const KEYS = [..."1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const LENGTH = 16;
const PHOTO_WIDTH = 1024;

/** Calls `onPlate` with the plate as it was typed; nobody is shown what it should be. */
export function PlateStep({ value, onPlate }) {
  const id = useId();
  const [typed, type] = useState(value);
  const [ownKeys, useOwnKeys] = useState(false);
  const field = useRef(null);
  const add = (key) => type((text) => (text + key).slice(0, LENGTH));
  return html`
    <form onSubmit=${(event) => (event.preventDefault(), typed.trim() && onPlate(typed.trim()))} noValidate>
      <${PlatePhoto} />
      <div class="field">
        <label for=${id}>${t("gate.plate")}</label>
        <p class="help" id="${id}-help">${t("gate.plate_help")}</p>
        <div class="plate-line">
          <input id=${id} ref=${field} class="plate-field" value=${typed} maxlength=${LENGTH} inputmode=${ownKeys ? "text" : "none"}
            autocapitalize="characters" autocomplete="off" autocorrect="off" spellcheck="false" aria-describedby="${id}-help"
            onInput=${(event) => type(event.target.value)} />
          <button type="button" class="plate-key" aria-label=${t("gate.delete_key")} onClick=${() => type((text) => text.slice(0, -1))}>⌫</button>
        </div>
      </div>
      ${!ownKeys && html`<div class="plate-keys" role="group" aria-label=${t("gate.keys")}>
        ${KEYS.map((key) => html`<button type="button" key=${key} class="plate-key" onClick=${() => add(key)}>${key}</button>`)}
      </div>`}
      <div class="presses">
        <${Button} type="submit" picture="check" disabled=${!typed.trim()}>${t("gate.plate_take")}<//>
        <${Button} tone="quiet" onClick=${() => (useOwnKeys(!ownKeys), field.current.focus())}>${t(ownKeys ? "gate.big_keys" : "gate.own_keys")}<//>
      </div>
    </form>`;
}

/** A photograph of the plate, drawn anew: what is shown has no place and no time in it, and is gone with the screen. */
function PlatePhoto() {
  const canvas = useRef(null);
  const [isTaken, setTaken] = useState(false);
  useEffect(() => () => canvas.current && (canvas.current.width = 0), []);
  const taken = async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const bitmap = await createImageBitmap(file);
    const factor = Math.min(1, PHOTO_WIDTH / bitmap.width);
    canvas.current.width = Math.round(bitmap.width * factor);
    canvas.current.height = Math.round(bitmap.height * factor);
    canvas.current.getContext("2d").drawImage(bitmap, 0, 0, canvas.current.width, canvas.current.height);
    bitmap.close();
    setTaken(true);
  };
  return html`
    <div class="plate-photo">
      <canvas ref=${canvas} hidden=${!isTaken} role="img" aria-label=${t("gate.plate_photo")} width="0" height="0"></canvas>
      <label class="press" data-tone="quiet"><span>${t(isTaken ? "gate.photo_again" : "gate.photo_of_plate")}</span>
        <input class="hidden-text" type="file" accept="image/*" capture="environment" onChange=${taken} /></label>
      <p class="help">${t("gate.photo_stays")}</p>
    </div>`;
}
