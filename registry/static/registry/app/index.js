// The whole app, made into one file by `make vendor`. What it exports is for whoever looks into a running app: a
// developer's console, and the tests.
import "./core/main.js";

export * as api from "./core/api.js";
export * as clock from "./core/clock.js";
export * as local from "./core/local.js";
export * as outbox from "./core/outbox.js";
export * as routes from "./core/routes.js";
export * as session from "./core/session.js";
export * as ui from "./core/ui.js";
export * as update from "./core/update.js";
export * as vault from "./core/vault.js";
export * as words from "./core/words.js";
export * as answer from "./gate/answer.js";
export * as keys from "./gate/keys.js";
