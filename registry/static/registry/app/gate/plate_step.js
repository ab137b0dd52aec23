/** The plate, read from the car: big keys, and a photograph beside them that never leaves this phone. */
import { Button } from "../core/parts.js";
import { html, useEffect, useId, useRef, useState } from "../core/ui.js";
import { t } from "../core/words.js";
import { FileButton } from "./file_button.js";

const KEYS = [..."1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const LENGTH = 16;
const PHOTO_WIDTH = 1024;

/** Calls `onPlate` with the plate as it was typed; nobody is shown what it should be. */
export function PlateStep({ value, onPlate }) {
  const id = useId();
  const [typed, type] = useState(value);
  const [ownKeys, useOwnKeys] = useState(false);
  const [isTaken, setTaken] = useState(false);
  const field = useRef(null);
  const photo = useRef(null);
  useEffect(() => () => photo.current && (photo.current.width = 0), []);
  const add = (key) => type((text) => (text + key).slice(0, LENGTH));
  return html`
    <form onSubmit=${(event) => (event.preventDefault(), typed.trim() && onPlate(typed.trim()))} noValidate>
      <canvas class="plate-photo" ref=${photo} hidden=${!isTaken} role="img" aria-label=${t("gate.plate_photo")} width="0" height="0"></canvas>
      <div class="field">
        <label class="hidden-text" for=${id}>${t("gate.plate")}</label>
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
        <${FileButton} label=${t(isTaken ? "gate.photo_again" : "gate.photo_of_plate")} onFile=${(file) => drawn(file, photo.current).then(() => setTaken(true), () => {})} />
      </div>
      <p class="help">${t("gate.photo_stays")}</p>
    </form>`;
}

/** A photograph drawn anew: what is shown has no place and no time in it, and is gone with the screen. */
async function drawn(file, canvas) {
  const bitmap = await createImageBitmap(file);
  const factor = Math.min(1, PHOTO_WIDTH / bitmap.width);
  canvas.width = Math.round(bitmap.width * factor);
  canvas.height = Math.round(bitmap.height * factor);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}
