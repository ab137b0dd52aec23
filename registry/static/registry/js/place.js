// Fills in where the home is from the phone's own position, when its owner asks for it. Extra: the fields may stay empty.
"use strict";

const button = document.querySelector("[data-place]");
if (button && "geolocation" in navigator) {
  button.hidden = false;
  const said = document.querySelector("[data-place-said]");
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      for (const [name, value] of [["lat", coords.latitude], ["lon", coords.longitude]]) {
        const field = document.querySelector(`[name=${name}]`);
        field.value = value.toFixed(5);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      said.textContent = `${coords.latitude.toFixed(4)}, ${coords.longitude.toFixed(4)}`;
    },
    () => { said.textContent = button.dataset.failed; },
    { enableHighAccuracy: true, timeout: 20000 },
  ));
}
