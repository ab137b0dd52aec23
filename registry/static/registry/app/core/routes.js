// Which screen is shown: by the part of the address after #, so that the back button works and nothing is loaded.
import { computed, html, signal } from "./ui.js";

const routes = [];
const address = signal(read());

function read() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(query)) };
}

addEventListener("hashchange", () => (address.value = read()));

// Shows `component({ params, query })` at `#/households/:id`.
export function route(pattern, component) {
  const names = [];
  const text = pattern.replace(/^#/, "").replace(/:(\w+)/g, (_, name) => (names.push(name), "([^/]+)"));
  routes.push({ names, form: new RegExp(`^${text}$`), component });
  known.value += 1;
}
const known = signal(0);

export function go(path, { replace = false } = {}) {
  const hash = `#${path.replace(/^#/, "")}`;
  if (replace) history.replaceState(null, "", hash);
  else if (hash !== location.hash) location.hash = hash;
  if (replace) address.value = read();
}

const found = computed(() => {
  const { path, query } = address.value;
  const hit = known.value && routes.find((one) => one.form.test(path));
  if (!hit) return { path, query, params: {}, component: null };
  const values = path.match(hit.form).slice(1).map(decodeURIComponent);
  return { path, query, params: Object.fromEntries(hit.names.map((name, i) => [name, values[i]])), component: hit.component };
});

export const here = computed(() => ({ path: found.value.path, params: found.value.params, query: found.value.query }));

// The screen of the address; `otherwise` for an address that nobody knows.
export function Outlet({ otherwise }) {
  const { component: Found, path, params, query } = found.value;
  return Found ? html`<${Found} key=${path} params=${params} query=${query} />` : html`<${otherwise} />`;
}
