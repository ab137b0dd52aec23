// Which file of a vendor folder comes from which package, and how.
const BUNDLED = "bundled and made small by esbuild";
const INSIDE = (file) => `nothing of its own: it is inside of ${file}`;
const PREACT = "preact/preact.js";
const WORKBOX = "workbox/workbox.js";

export const TARGETS = {
  "registry/static/registry/vendor": [
    {
      name: "leaflet",
      part: "folder dist",
      changes: "leaflet.js: the last line, which names a source map that is not shipped, is taken out",
      files: {
        "leaflet/LICENSE": { copy: "LICENSE" },
        "leaflet/images/layers-2x.png": { copy: "dist/images/layers-2x.png" },
        "leaflet/images/layers.png": { copy: "dist/images/layers.png" },
        "leaflet/images/marker-icon.png": { copy: "dist/images/marker-icon.png" },
        "leaflet/leaflet.css": { copy: "dist/leaflet.css" },
        "leaflet/leaflet.js": { copy: "dist/leaflet.js", without: /\/\/# sourceMappingURL=[^\n]*\n?$/ },
      },
    },
    {
      name: "preact",
      changes: `${BUNDLED} with htm and @preact/signals`,
      files: { [PREACT]: { entry: "preact.js" }, "preact/LICENSE": { copy: "LICENSE" } },
    },
    { name: "htm", changes: INSIDE(PREACT), files: { "preact/LICENSE-htm": { copy: "LICENSE" } } },
    { name: "@preact/signals", changes: INSIDE(PREACT), files: { "preact/LICENSE-signals": { copy: "LICENSE" } } },
    {
      name: "@preact/signals-core",
      changes: INSIDE(PREACT),
      files: { "preact/LICENSE-signals-core": { copy: "LICENSE" } },
    },
    {
      name: "idb",
      changes: BUNDLED,
      files: { "idb/idb.js": { entry: "idb.js" }, "idb/LICENSE": { copy: "LICENSE" } },
    },
    {
      name: "workbox-precaching",
      changes: `${BUNDLED} with workbox-core, workbox-routing and workbox-strategies, as a script that sets self.workbox`,
      files: { [WORKBOX]: { entry: "workbox.js", format: "iife" }, "workbox/LICENSE": { copy: "LICENSE" } },
    },
    ...["workbox-core", "workbox-routing", "workbox-strategies"].map((name) => ({
      name,
      changes: INSIDE(WORKBOX),
      files: { [`workbox/LICENSE-${name.slice(8)}`]: { copy: "LICENSE" } },
    })),
    {
      name: "qr",
      part: "decode.js",
      changes: BUNDLED,
      files: { "qr/decode.js": { entry: "qr.js" }, "qr/LICENSE": { copy: "LICENSE-MIT" } },
    },
    {
      name: "@noble/ed25519",
      changes: BUNDLED,
      files: { "ed25519/ed25519.js": { entry: "ed25519.js" }, "ed25519/LICENSE": { copy: "LICENSE" } },
    },
  ],
  "tests/phone/vendor": [
    {
      name: "axe-core",
      part: "axe.min.js",
      changes: "none",
      files: {
        "axe/axe.min.js": { copy: "axe.min.js" },
        "axe/LICENSE": { copy: "LICENSE" },
        "axe/LICENSE-3RD-PARTY": { copy: "LICENSE-3RD-PARTY.txt" },
      },
    },
  ],
};
