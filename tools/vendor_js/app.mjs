// Makes one small file of the phone app's many: registry/static/registry/app/built. sources.json says from what, so that
// a test without node finds a source that was changed and not built.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const FOLDER = "registry/static/registry/app";
export const BUILT = `${FOLDER}/built`;
// What is built together shares its chunks. The service worker stands alone: the first screen is not to wait for pieces
// that it shares with it. Where workers know no modules it keeps the shell, and no more.
const BUNDLES = [
  { entries: ["index.js", "index.css", "gate/scan_worker.js"], format: "esm", splitting: true },
  { entries: ["core/worker_modern.js"], format: "esm" },
  { entries: ["core/worker_classic.js"], format: "iife" },
];

export const SMALL = {
  bundle: true, charset: "utf8", legalComments: "none", minify: true, target: "es2020", write: false,
};
const OPTIONS = { ...SMALL, chunkNames: "[name]-[hash]", entryNames: "[name]", metafile: true };

export const sha256 = (content) => createHash("sha256").update(content).digest("hex");

const bundle = (root, { entries, ...options }) =>
  build({ ...OPTIONS, ...options, absWorkingDir: root, outdir: BUILT, entryPoints: entries.map((one) => join(FOLDER, one)) });

export async function appFiles(root) {
  const made = await Promise.all(BUNDLES.map((one) => bundle(root, one)));
  const outputs = made.flatMap((one) => one.outputFiles).map((one) => [basename(one.path), Buffer.from(one.contents)]);
  const inputs = [...new Set(made.flatMap((one) => Object.keys(one.metafile.inputs)))].sort();
  const digests = inputs.map((path) => [path, sha256(readFileSync(join(root, path)))]);
  const sources = Buffer.from(`${JSON.stringify(Object.fromEntries(digests), null, 2)}\n`);
  return Object.fromEntries([...outputs, ["sources.json", sources]]);
}
