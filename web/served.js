// The server of `image-cache serve`, where it is what the page comes from.

import { format_time } from "./image_cache.js";

const $ = (id) => document.getElementById(id);

/** Whether there is one. */
export const here = document.querySelector('meta[name="served-by"]').content !== "";

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error((await response.text()).trim() || `${path}: ${response.status}`);
  }
  return response;
}

/** The series of the server's database. */
export async function list() {
  const { db, sample, filtered, series } = await (await get("api/series")).json();
  return series.map((one) => ({ ...one, source: db, sample, filtered, from: "served" }));
}

const path = ({ symbol, interval }) => `${encodeURIComponent(symbol)}/${encodeURIComponent(interval)}`;

/** A series' candles as rows of six numbers. */
export async function candles(one) {
  return new Float64Array(await (await get(`api/candles/${path(one)}`)).arrayBuffer());
}

/** The times of a series at which a window may end, where not all of them are served. */
export async function ends(one) {
  return one.filtered ? (await get(`api/ends/${path(one)}`)).json() : null;
}

/** Shows what the index says of the cache. */
export async function status() {
  const lines = await (await get("api/status")).json();
  const section = $("cache");
  section.hidden = false;
  const heading = document.createElement("h2");
  heading.textContent = "Cache";
  if (lines.length === 0) {
    const nothing = document.createElement("p");
    nothing.className = "muted";
    nothing.textContent = "There is no index yet; image-cache render makes one.";
    section.replaceChildren(heading, nothing);
    return;
  }
  const table = document.createElement("table");
  const columns = [
    ["Series", (line) => `${line.symbol} ${line.interval}`],
    ["Spec", spec],
    ["Ok", (line) => line.ok],
    ["Missing", (line) => line.missing],
    ["Stale", (line) => line.stale],
    ["Corrupt", (line) => line.corrupt],
    ["To do", (line) => line.not_rendered ?? "?"],
    ["Done", (line) => (line.done === null ? "–" : `${Math.floor(1000 * line.done) / 10} %`)],
  ];
  const head = table.createTHead().insertRow();
  for (const [title] of columns) {
    head.append(Object.assign(document.createElement("th"), { textContent: title, scope: "col" }));
  }
  const body = table.createTBody();
  for (const line of lines) {
    const row = body.insertRow();
    for (const [, cell] of columns) {
      const value = cell(line);
      row.insertCell().textContent = typeof value === "number" ? value.toLocaleString("en") : value;
    }
  }
  section.replaceChildren(heading, table);
}

/** A spec as file names have it. */
function spec({ width_px: width, height_px: height, window_len: window, spec_tag: tag }) {
  return width === null ? "" : `px${width === height ? width : `${width}x${height}`} w${window} ${tag ?? ""}`.trim();
}

/** Says nothing of the native picture until it is known. */
export function forget() {
  $("native-label").hidden = $("native-row").hidden = $("native-verdict").hidden = true;
  $("native-sha256").textContent = "";
}

/** The hash of the same picture as the server renders it, or why it does not. */
export async function native({ series, time }, knobs) {
  const query = new URLSearchParams(knobs);
  const end = encodeURIComponent(format_time(time));
  const picture = `png/${path(series)}/${end}.png`;
  try {
    const response = await get(query.size > 0 ? `${picture}?${query}` : picture);
    const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
    return { sha256: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
  } catch (error) {
    return { refused: error.message };
  }
}

/** Shows the native hash beside the page's own. */
export function show({ sha256, refused }, own) {
  $("native-label").hidden = $("native-row").hidden = false;
  $("native-verdict").hidden = sha256 === undefined;
  $("native-sha256").textContent = sha256 ?? refused;
  $("native-verdict").textContent = sha256 === own ? "= native" : "≠ native";
  $("native-verdict").dataset.same = String(sha256 === own);
}
