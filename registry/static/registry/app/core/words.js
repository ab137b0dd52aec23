// Every text, in one language and, for the family beside the volunteer, in a second one; times as the border has them.
import { read, write } from "./local.js";
import { signal } from "./ui.js";

export const LANGUAGES = { uk: "Українська", ro: "Română", en: "English", ru: "Русский" };
const LOCALES = { uk: "uk-UA", ro: "ro-RO", en: "en-GB", ru: "ru-RU" };
const ZONE = "Europe/Bucharest";
const books = signal({});
const loading = new Map();
const translators = new Map();

const first = () => [read("language"), document.documentElement.lang, "ro"].find((code) => code in LANGUAGES);

export const language = signal(first());

// Fetches the texts of a language unless they are here; false when they cannot be had.
export function load(code) {
  if (books.peek()[code]) return Promise.resolve(true);
  if (!loading.has(code)) loading.set(code, fetched(code).finally(() => loading.delete(code)));
  return loading.get(code);
}

async function fetched(code) {
  try {
    const answer = await fetch(`/app/words/${code}.json`);
    if (!answer.ok) return false;
    const { texts, safety: about } = await answer.json();
    books.value = { ...books.peek(), [code]: texts };
    translators.set(code, about);
    return true;
  } catch {
    return false;
  }
}

export async function setLanguage(code) {
  if (!(code in LANGUAGES) || !(await load(code))) return;
  write("language", code);
  document.documentElement.lang = code;
  language.value = code;
}

// The text in the language of this phone; `params` fill {places}, `params.n` chooses the form.
export const t = (key, params) => tIn(language.value, key, params);

// The text in another language; it appears as soon as that language is loaded.
export function tIn(code, key, params = {}) {
  const book = books.value[code];
  if (!book) {
    load(code);
    return "";
  }
  const text = book[key];
  if (text === undefined) return missing(code, key);
  const chosen = typeof text === "string" ? text : (text[form(code, params.n)] ?? text.other);
  return chosen.replace(/\{(\w+)\}/g, (place, name) => (name in params ? written(code, params[name]) : place));
}

// Whether there is such a text: for codes of the server that may be newer than this app.
export const has = (key) => books.value[language.value]?.[key] !== undefined;

// Who translated the safety texts of this language and when somebody reviewed them; null when there are none.
export const safety = () => (books.value[language.value] ? translators.get(language.value) : null);

const form = (code, n) => new Intl.PluralRules(LOCALES[code]).select(Number(n));
const written = (code, value) => (typeof value === "number" ? value.toLocaleString(LOCALES[code]) : String(value));

function missing(code, key) {
  console.error(`no text ${key} in ${code}`);
  if (read("strict")) throw new Error(`no text ${key} in ${code}`);
  return key;
}

const shown = (iso, how, code) => new Intl.DateTimeFormat(LOCALES[code], { timeZone: ZONE, ...how }).format(new Date(iso));
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const time = (iso, code = language.value) => shown(iso, HOUR, code);
export const day = (iso, code = language.value) => shown(iso, { weekday: "short", day: "numeric", month: "long" }, code);
export const dayTime = (iso, code = language.value) => `${day(iso, code)}, ${time(iso, code)}`;
