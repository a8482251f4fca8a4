// The server of `image-cache serve`, where it is what the page comes from.

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
  const { db, series } = await (await get("api/series")).json();
  return series.map((one) => ({ ...one, source: db, from: "served" }));
}

/** A series' candles as rows of six numbers. */
export async function candles({ symbol, interval }) {
  const path = `api/candles/${encodeURIComponent(symbol)}/${encodeURIComponent(interval)}`;
  return new Float64Array(await (await get(path)).arrayBuffer());
}

/** Asks the server for the same picture, and shows both hashes side by side. */
export async function compare({ symbol, interval }, made, time, knobs) {
  const query = new URLSearchParams(knobs);
  const path = `png/${encodeURIComponent(symbol)}/${encodeURIComponent(interval)}/${encodeURIComponent(time)}.png`;
  const response = await get(query.size > 0 ? `${path}?${query}` : path);
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = sha256 === made.sha256;
  $("native-label").hidden = $("native-row").hidden = $("native-verdict").hidden = false;
  $("native-sha256").textContent = sha256;
  $("native-verdict").textContent = same ? "= native" : "≠ native";
  $("native-verdict").dataset.same = String(same);
}
