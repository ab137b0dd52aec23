// What may lie open on the phone: language, night, the clock's error. Nothing personal, so localStorage will do.
const memory = new Map();

function store() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // a browser that forbids it
  }
}

export function read(name) {
  return store()?.getItem(`safezone.${name}`) ?? memory.get(name) ?? null;
}

export function write(name, text) {
  memory.set(name, String(text));
  try {
    store()?.setItem(`safezone.${name}`, String(text));
  } catch {
    // Full or forbidden: it is kept while the page lives.
  }
}

export function forget(name) {
  memory.delete(name);
  store()?.removeItem(`safezone.${name}`);
}
