/** A button behind which the phone's own camera app stands. */
import { Picture } from "../core/parts.js";
import { html } from "../core/ui.js";

/** Calls `onFile` with the photograph; the same one may be chosen twice. */
export function FileButton({ label, onFile }) {
  const chosen = (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) onFile(file);
  };
  return html`
    <label class="press file-press" data-tone="quiet"><${Picture} name="camera" /><span>${label}</span>
      <input class="hidden-text" type="file" accept="image/*" capture="environment" onChange=${chosen} /></label>`;
}
