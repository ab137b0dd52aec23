// The shell: bars that say what is the matter, the screen of the address, and the screens' own areas.
import * as gate from "../gate/index.js";
import * as volunteer from "../volunteer/index.js";
import { Account, OtherPerson, SignIn } from "./account.js";
import "./look.js";
import { outbox } from "./outbox.js";
import { Button, Busy, Note, Picture, Screen, Spoken, Tile } from "./parts.js";
import { Queue } from "./queue.js";
import { here, Outlet, route } from "./routes.js";
import { dirty, isOnline, me, ready, signInAddress, start, trouble, zone } from "./session.js";
import { html, render, useErrorBoundary } from "./ui.js";
import { isUpdateWaiting, register, takeUpdate } from "./update.js";
import { language, load, t } from "./words.js";

const areas = [gate, volunteer];

function Head() {
  const unsent = outbox.unsent.value;
  const refused = outbox.entries.value.some((entry) => entry.state === "refused");
  return html`
    <header class="app-head"><div class="app-frame">
      <a class="app-brand" href="#/"><img src="/static/registry/img/mark.svg" alt="" width="36" height="36" />
        <span>${zone.value ? html`${zone.value.name ?? zone.value.code}<small>${t("core.app")}</small>` : t("core.app")}</span></a>
      <nav>
        ${!isOnline.value && html`<span class="chip" data-tone="warn"><${Picture} name="offline" /><span>${t("core.offline")}</span></span>`}
        ${me.value && unsent > 0 && html`<a class="chip" data-tone=${refused ? "bad" : "warn"} href="#/queue" aria-label=${t("core.queue_waiting", { n: unsent })}><${Picture} name=${refused ? "stop" : "queue"} /><span>${unsent}</span></a>`}
        ${me.value && html`<a class="chip" href="#/account" aria-label=${t("core.account")}><${Picture} name="account" /></a>`}
      </nav>
    </div></header>`;
}

// A new version is offered, never taken, and not while somebody is typing.
function Bars() {
  const { code } = trouble.value;
  return html`
    <div class="app-bars" role="status">
      ${isUpdateWaiting.value && !dirty.value && html`<div class="bar" data-tone="info"><p>${t("core.update")}</p><${Button} tone="quiet" picture="update" onClick=${takeUpdate}>${t("core.update_take")}<//></div>`}
      ${me.value && code === "sign_in" && html`<div class="bar" data-tone="warn"><p>${t("core.sign_in_again")}</p><${Button} tone="quiet" href=${signInAddress()}>${t("core.sign_in")}<//></div>`}
    </div>`;
}

function Home() {
  const shown = areas.flatMap((area) => listed(area.tiles));
  const refused = outbox.entries.value.filter((entry) => entry.state === "refused").length;
  return html`
    <${Screen} title=${zone.value?.name ?? t("core.home")}>
      ${refused > 0 && html`<${Tile} to="/queue" tone="bad" picture="stop" title=${t("core.queue_refused", { n: refused })} />`}
      ${areas.map((area) => area.Before && html`<${area.Before} />`)}
      <nav class="tiles" aria-label=${t("core.home")}>
        ${shown.map((tile) => html`<${Tile} key=${tile.to} ...${tile} />`)}
        <${Tile} to="/queue" picture="queue" title=${t("core.queue")} count=${outbox.unsent.value || null} />
        <${Tile} to="/account" picture="account" title=${t("core.account")} />
      </nav>
    <//>`;
}

// Tiles may be a list, a signal or a function.
function listed(tiles) {
  if (typeof tiles === "function") return tiles() ?? [];
  return (Array.isArray(tiles) ? tiles : tiles?.value) ?? [];
}

const Nowhere = () => html`<${Screen} title=${t("core.not_found")} back="/" />`;

// A fault of one screen must not take the whole app with it.
function Safely({ children }) {
  const [error, reset] = useErrorBoundary((fault) => console.error(fault));
  if (!error) return children;
  return html`<${Screen} title=${t("core.app")}><${Note} tone="bad"><p>${t("core.failed")}</p><//><div class="presses"><${Button} onClick=${reset}>${t("core.again")}<//><${Button} tone="quiet" to="/" onClick=${reset}>${t("core.home")}<//></div><//>`;
}

function App() {
  if (!ready.value) return html`<main class="app-main"><${Busy} label=${t("core.opening")} /></main>`;
  let shown = html`<${Outlet} otherwise=${Nowhere} />`;
  if (trouble.value.code === "other_person") shown = html`<${OtherPerson} />`;
  else if (!me.value) shown = html`<${SignIn} />`;
  return html`<${Head} /><${Bars} /><main class="app-main" id="main"><${Safely} key=${here.value.path}>${shown}<//></main><${Spoken} />`;
}

route("/", Home);
route("/queue", Queue);
route("/account", Account);
addEventListener("beforeunload", (event) => dirty.value && event.preventDefault());

async function open() {
  document.documentElement.lang = language.value;
  await load(language.value);
  await start();
  const root = document.getElementById("app");
  root.replaceChildren();
  render(html`<${App} />`, root);
  register();
}

open().catch((fault) => {
  console.error(fault);
  document.querySelector(".bones")?.replaceWith(Object.assign(document.createElement("p"), { textContent: t("core.failed") }));
});
