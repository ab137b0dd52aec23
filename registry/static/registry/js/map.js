// The map shows the places of the list below it, on outlines that this server ships: no tiles, no other host.
"use strict";

const RADIUS = 7;
// What the outlines cover (south, west, north, east); beyond is only paper.
const SHEET = [[43.42, 20.02], [49.58, 31.48]];
const WORLD = [[-80, -170], [-80, 170], [80, 170], [80, -170]];

async function outlines(base, name) {
  const answer = await fetch(`${base}${name}.geojson`);
  return answer.ok ? answer.json() : { type: "FeatureCollection", features: [] };
}

function popup(item) {
  const box = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = item.querySelector("[data-name]").textContent;
  const kind = document.createElement("p");
  kind.textContent = item.querySelector("[data-kind]").textContent;
  box.append(name, kind);
  return box;
}

function place(item, map, pane, marker) {
  const at = [Number(item.dataset.lat), Number(item.dataset.lon)];
  const name = item.querySelector("[data-name]").textContent;
  marker(at, pane).addTo(map).bindPopup(popup(item)).bindTooltip(name);
  return at;
}

const dot = (className) => (at, pane) => L.circleMarker(at, { radius: RADIUS, className, pane });

function box(className) {
  const icon = L.divIcon({ className: "", iconSize: [16, 16], html: `<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect x="2" y="2" width="12" height="12" class="${className}"/></svg>` });
  return (at) => L.marker(at, { icon, keyboard: false });
}

function towns(collection, language, map) {
  const layer = L.geoJSON(collection, {
    pane: "names",
    pointToLayer: (feature, at) => L.circleMarker(at, { radius: 2, className: "shape-town", interactive: false, pane: "names" }),
    onEachFeature: (feature, one) => one.bindTooltip(feature.properties[`name_${language}`] || feature.properties.name_ro, { permanent: true, direction: "right", className: "town", offset: [4, 0] }),
    filter: (feature) => feature.properties.main && feature.properties.kind === "county_seat",
  });
  const show = () => (map.getZoom() >= 7 ? layer.addTo(map) : layer.remove());
  map.on("zoomend", show);
  show();
}

async function draw(holder) {
  const { base, language } = holder.dataset;
  const [countries, counties, water, names] = await Promise.all(["countries", "counties", "water", "towns"].map((name) => outlines(base, name)));
  holder.hidden = false;
  document.getElementById("legend").hidden = false;
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", holder.dataset.label);
  const map = L.map(holder, { zoomControl: false, scrollWheelZoom: false, minZoom: 5, maxZoom: 15, zoomSnap: 0.25, maxBounds: L.latLngBounds(SHEET).pad(0.15) });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: holder.dataset.zoomIn, zoomOutTitle: holder.dataset.zoomOut }).addTo(map);
  for (const [pane, depth] of [["land", 210], ["lines", 220], ["frame", 230], ["areas", 430], ["names", 450]]) map.createPane(pane).style.zIndex = depth;
  const flat = (pane, className) => ({ pane, interactive: false, style: (feature) => ({ className: className(feature) }) });
  L.geoJSON(countries, flat("land", (feature) => `shape-country${feature.properties.code === "RO" ? " shape-own" : ""}`)).addTo(map);
  L.geoJSON(water, flat("lines", (feature) => (feature.geometry.type.endsWith("Polygon") ? "shape-water" : "shape-river"))).addTo(map);
  L.geoJSON(counties, flat("lines", () => "shape-county")).addTo(map);
  const [[south, west], [north, east]] = SHEET;
  const hole = [[south, west], [north, west], [north, east], [south, east]];
  L.polygon([WORLD, hole], { pane: "frame", interactive: false, className: "shape-frame" }).addTo(map);
  const seen = [];
  for (const item of document.querySelectorAll("[data-crossing]")) seen.push(place(item, map, undefined, box("shape-crossing")));
  for (const item of document.querySelectorAll("[data-zone]")) {
    if (item.dataset.outline) L.geoJSON(JSON.parse(item.dataset.outline), { pane: "areas", interactive: false, style: { className: "shape-zone-area" } }).addTo(map);
    seen.push(place(item, map, undefined, dot("shape-zone")));
  }
  if (holder.dataset.from) {
    const start = holder.dataset.from.split(",").map(Number);
    const nearest = document.querySelector("[data-zone]");
    seen.splice(0, seen.length, start, ...[...document.querySelectorAll("[data-zone]")].slice(0, 3).map((item) => [Number(item.dataset.lat), Number(item.dataset.lon)]));
    L.polyline([start, [Number(nearest.dataset.lat), Number(nearest.dataset.lon)]], { className: "shape-way", interactive: false }).addTo(map);
  }
  map.fitBounds(seen.length ? L.latLngBounds(seen).pad(0.12) : SHEET);
  towns(names, language, map);
  holder.dataset.drawn = "1";
}

const holder = document.getElementById("map");
if (holder && window.L) draw(holder);
