// Passkeys: the browser makes or shows one, its answer goes into the form's hidden field. Nothing leaves but the form.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const plain = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function opened(options) {
  const wanted = { ...options, challenge: bytes(options.challenge) };
  if (wanted.user) wanted.user = { ...wanted.user, id: bytes(wanted.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (wanted[list]) wanted[list] = wanted[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return wanted;
}

function written(made) {
  const response = { clientDataJSON: plain(made.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = plain(made.response[name]);
  }
  return { id: made.id, rawId: plain(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.querySelector("button:not([type=button])").addEventListener("click", async (event) => {
    if (!form.reportValidity()) return;
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      const { publicKey } = JSON.parse(form.dataset.options);
      const made = await navigator.credentials[form.dataset.passkey]({ publicKey: opened(publicKey) });
      form.elements.credential.value = JSON.stringify(written(made));
      form.submit();
    } catch {
      failed.hidden = false;
      failed.scrollIntoView({ block: "nearest" });
    }
  });
}
