// Makes a chosen photo small on the phone itself, so that one bar of signal is enough, and shows it. Extra: without it the file goes as it is.
"use strict";

const LONGEST = 1600;

async function small(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function preview(canvas, target) {
  target.width = canvas.width;
  target.height = canvas.height;
  target.getContext("2d").drawImage(canvas, 0, 0);
  target.hidden = false;
}

async function chosen(input) {
  const file = input.files[0];
  if (!file) return;
  const isStillIt = () => input.files[0] === file;
  try {
    const canvas = await small(file);
    if (!isStillIt()) return;
    preview(canvas, input.form.querySelector("[data-preview]"));
    if (file.size < 400_000) return;
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    const files = new DataTransfer();
    files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
    if (isStillIt()) input.files = files.files;
  } catch {
    // An old phone, or not a picture: the server says so.
  }
}

for (const input of document.querySelectorAll("input[data-photo]")) {
  input.addEventListener("change", () => chosen(input));
  chosen(input); // on a slow network somebody was faster than this script
}
