// What lets a doubter check: hashes, a PNG beside the picture, an index beside its candles.

import { short } from "./picture.js";
import { format_time } from "./image_cache.js";

export { parts } from "./dataset/paths.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");

/** Makes each Copy button copy its neighbour's text. */
export function copying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const what = button.dataset.what ?? button.parentElement.previousElementSibling?.textContent ?? "";
    button.setAttribute("aria-label", `Copy: ${what}`);
    button.addEventListener("click", () => copy(button, $(button.dataset.copy).textContent));
  }
}

/** Copies a text, and says on the button how that went. */
export async function copy(button, text) {
  await told(button, () => navigator.clipboard.writeText(text));
}

export async function told(button, act) {
  const label = (button.dataset.label ??= button.textContent);
  try {
    await act();
    button.textContent = "Copied";
    $("live").textContent = "Copied";
  } catch (error) {
    button.textContent = "Refused";
    button.title = `The browser refused: ${error.message}`;
  }
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => (button.textContent = label), 1500);
}

/** What a comparison came to, in a sentence. */
export function verdict(result, here) {
  const name = "The dropped file";
  if (result.sameBytes) {
    return `${name} is this picture, byte for byte.`;
  }
  if (result.samePixels) {
    return `${name} shows the same pixels, but its bytes are others: it was encoded or annotated by something else.`;
  }
  const origin = {
    true: " It names the same candles and settings, so it is damaged or of another version.",
    false: " It was made from other candles or settings.",
  };
  const why = origin[result.sameInput] ?? "";
  if (!result.difference) {
    return `${name} is ${result.width}×${result.height} pixels, this picture ${here.width}×${here.height}.${why}`;
  }
  const share = (100 * result.different) / (here.width * here.height);
  const [left, top, right, bottom] = result.around;
  const percent = share < 0.01 ? "less than 0.01" : share.toFixed(2);
  return `${name} differs in ${number.format(result.different)} pixels (${percent} %), columns ${left} to ${right - 1}, rows ${top} to ${bottom - 1}.${why}`;
}

/** Most entries that differ are listed. */
const MOST = 100;

/** Shows what came of checking an index. `go(entry)` shows an entry's picture. */
export function report(name, result, go) {
  const section = $("report");
  head(`${name}: ${number.format(result.confirmed)} of ${number.format(result.total)} entries confirmed`);
  const list = document.createElement("ul");
  const say = (text) => {
    const item = document.createElement("li");
    item.textContent = text;
    list.append(item);
  };
  if (result.confirmed > 0) {
    say("Each was rendered here, and has exactly the SHA-256 that the index records.");
  }
  if (result.differ.length > 0) {
    const count = result.differ.length;
    say(`${number.format(count)} ${count === 1 ? "has" : "have"} another one: other candles, or another version.`);
  }
  for (const [reason, count] of Object.entries(result.reasons)) {
    say(`${number.format(count)} cannot be checked: ${reason}.`);
  }
  for (const [status, count] of Object.entries(result.others)) {
    say(`${number.format(count)} more ${count === 1 ? "says" : "say"} “${status}”: no picture to confirm.`);
  }
  if (result.total === 0) {
    say("The index has no entry that says “ok”.");
  }
  section.append(list);
  if (result.differ.length > 0) {
    section.append(table(result.differ.slice(0, MOST), go));
  }
  section.scrollIntoView({ block: "nearest" });
}

function table(entries, go) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const title of ["Picture", "Recorded", "Rendered here"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const entry of entries) {
    const row = body.insertRow();
    const link = document.createElement("button");
    link.type = "button";
    link.className = "link";
    link.textContent = `${entry.symbol} ${entry.interval} ${short(format_time(entry.end))}`;
    link.addEventListener("click", () => go(entry));
    row.insertCell().append(link);
    for (const hash of [entry.sha256 ?? "none", entry.here]) {
      const code = document.createElement("code");
      code.textContent = `${hash.slice(0, 16)}…`;
      code.title = hash;
      row.insertCell().append(code);
    }
  }
  return table;
}

/** Progress, while an index is checked. */
export function checking(name, done, total) {
  head(`${name}: checking ${number.format(done)} of ${number.format(total)} entries`);
}

/** Says that other candles or another index ended a check. */
export function stopped(name, { done, total }) {
  head(`${name}: the check was stopped after ${number.format(done)} of ${number.format(total)} entries`);
}

/** Leaves nothing of an older report but a heading. */
function head(text) {
  const section = $("report");
  section.hidden = false;
  section.replaceChildren(Object.assign(document.createElement("h2"), { textContent: text }));
}
