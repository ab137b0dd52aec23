// Builds registry/static/registry/vendor and tests/phone/vendor from the packages in package-lock.json, and from them
// and our own modules registry/static/registry/app/built.
// `node build.mjs` writes, `node build.mjs --check` compares and returns 1 when something differs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { appFiles, BUILT, sha256, SMALL } from "./app.mjs";
import { TARGETS } from "./targets.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");
const LOCK = JSON.parse(readFileSync(join(HERE, "package-lock.json"), "utf8")).packages;

async function bundled(entry, format) {
  const done = await build({
    absWorkingDir: HERE,
    ...SMALL,
    define: { "process.env.NODE_ENV": '"production"' },
    entryPoints: [join("entries", entry)],
    format,
  });
  return Buffer.from(done.outputFiles[0].contents);
}

function copied(name, file, without) {
  const content = readFileSync(join(HERE, "node_modules", name, file));
  return without ? Buffer.from(content.toString("utf8").replace(without, "")) : content;
}

async function contents(name, files) {
  const found = {};
  for (const [path, from] of Object.entries(files)) {
    found[path] = from.entry ? await bundled(from.entry, from.format ?? "esm") : copied(name, from.copy, from.without);
  }
  return found;
}

function locked(one, made) {
  const { version, license, integrity } = LOCK[`node_modules/${one.name}`];
  const digests = Object.keys(made).sort().map((path) => [path, sha256(made[path])]);
  return {
    name: one.name,
    version,
    license: one.license ?? license,
    source: `npm package ${one.name} ${version}${one.part ? `, ${one.part}` : ""}`,
    integrity,
    changes: one.changes,
    sha256: Object.fromEntries(digests),
  };
}

async function wanted(packages) {
  const files = {};
  const lock = { packages: [] };
  for (const one of packages) {
    const made = await contents(one.name, one.files);
    Object.assign(files, made);
    lock.packages.push(locked(one, made));
  }
  files["lock.json"] = Buffer.from(`${JSON.stringify(lock, null, 2)}\n`);
  return files;
}

function present(folder) {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile());
  return found.map((path) => relative(folder, join(folder, path)));
}

function differences(folder, files) {
  const extra = present(folder).filter((path) => !(path in files)).map((path) => `not built: ${path}`);
  const changed = Object.entries(files)
    .filter(([path, content]) => !existsSync(join(folder, path)) || !readFileSync(join(folder, path)).equals(content))
    .map(([path]) => `differs: ${path}`);
  return [...extra, ...changed];
}

function write(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const isChecking = process.argv.includes("--check");
let findings = 0;

// The app is built from what the packages gave before.
const made = [...Object.entries(TARGETS).map(([folder, packages]) => [folder, () => wanted(packages)]), [BUILT, () => appFiles(ROOT)]];
for (const [folder, make] of made) {
  const files = await make();
  const found = differences(join(ROOT, folder), files);
  if (!isChecking) write(join(ROOT, folder), files);
  for (const line of found) console.log(`vendor: ${folder}: ${line}`);
  findings += found.length;
}
if (isChecking) {
  console.log(findings ? `vendor: ${findings} differences` : "vendor: what is committed is what the packages and our modules give");
  process.exitCode = findings ? 1 : 0;
}
