// The only door to the server: /api/v1 with the session's cookie. A refusal is an answer; no answer is `Unreachable`.
import { heardFromServer, uuid7 } from "./clock.js";
import { signal } from "./ui.js";

export { serverNow, skewMs, uuid7 } from "./clock.js";

const PATIENCE_MS = 20_000;

export class Unreachable extends Error {
  constructor(status = 0, retryAfterS = null) {
    super(status ? `the server is in trouble (${status})` : "the server cannot be reached");
    this.name = "Unreachable";
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

// Whether the last call reached the server; null before the first.
export const reached = signal(null);
// The language in which the server spoke last; it follows a cookie of the pages that only a form of theirs can set.
export const heard = signal("");
const watchers = new Set();

// Calls `watcher(code)` whenever the server does not know who is asking: not_signed_in or signed_out.
export function onSignedOut(watcher) {
  watchers.add(watcher);
}

export const get = (path, options = {}) => call("GET", path, undefined, {}, options);

export const post = (path, body = {}, { key = uuid7(), version, ...options } = {}) =>
  call("POST", path, body, { "Idempotency-Key": key, ...seen(version) }, options);

export const patch = (path, body, version, options = {}) => call("PATCH", path, body, seen(version), options);

// Whether anybody is signed in, asked without a refusal for those who are not.
export async function isAnybody() {
  const answer = await reach("/app/session.json", {});
  if (!answer.ok) throw unreachable(answer.status);
  reached.value = true;
  return (await content(answer)).signed_in;
}

// A form of the pages (sign-out, language) sent from the app; true when the server took it.
export async function sendForm(path, fields = {}) {
  const headers = { "X-CSRFToken": await csrfToken() };
  const sent = await reach(path, { method: "POST", headers, body: new URLSearchParams(fields), redirect: "manual" });
  return sent.type === "opaqueredirect" || sent.ok;
}

const seen = (version) => (version === undefined || version === null ? {} : { "If-Match": `"${version}"` });

async function call(method, path, body, headers, { patienceMs = PATIENCE_MS } = {}) {
  const options = { method, headers: { Accept: "application/json, */*;q=0.5", ...spoken(), ...headers } };
  if (method !== "GET") {
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = await csrfToken();
    options.body = JSON.stringify(body);
  }
  const started = Date.now();
  const response = await reach(path.startsWith("/api/") ? path : `/api/v1${path}`, options, patienceMs);
  const data = await content(response);
  heardFromServer(response.headers.get("Date"), started, Date.now());
  reached.value = true;
  heard.value = response.headers.get("Content-Language") ?? "";
  return answer(response, data);
}

async function reach(url, options, patienceMs = PATIENCE_MS) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patienceMs);
  try {
    return await fetch(url, { cache: "no-store", credentials: "same-origin", redirect: "error", signal: stop.signal, ...options });
  } catch {
    throw unreachable();
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(status, retryAfterS) {
  reached.value = false;
  return new Unreachable(status, retryAfterS);
}

// The body; whatever speaks HTML is not the API but somebody in between, such as a café's sign-in page.
async function content(response) {
  const type = response.headers.get("Content-Type") ?? "";
  const retryAfterS = Number(response.headers.get("Retry-After")) || null;
  if (response.status >= 500) throw unreachable(response.status, retryAfterS);
  if (type.startsWith("text/html")) throw unreachable();
  try {
    if (/\bjson\b/.test(type)) return await response.json();
    return type.startsWith("text/") ? await response.text() : await response.arrayBuffer();
  } catch {
    throw unreachable();
  }
}

function answer(response, data) {
  const { status, headers } = response;
  if (status < 400) return { status, data, headers };
  const problem = { code: "malformed", detail: "", reasons: [], fields: {}, ...data };
  if (status === 401) for (const watcher of watchers) watcher(problem.code);
  return { status, problem, headers, retryAfterS: Number(headers.get("Retry-After")) || null };
}

function spoken() {
  const language = globalThis.document?.documentElement.lang;
  return language ? { "Accept-Language": language } : {};
}

async function csrfToken() {
  if (globalThis.document) return document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";
  return (await globalThis.cookieStore?.get("csrftoken"))?.value ?? "";
}
