// One picture, large, beside the one that the candles give now.

import { format_time } from "../image_cache.js";
import { act } from "../messages.js";
import { choose, load } from "../opening.js";
import { short } from "../picture.js";
import { call } from "../renderer.js";
import { pick, state } from "../state.js";
import { pathOf } from "./folder.js";
import { bytesOf, set, sha256, wish } from "./set.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");

let host = null;
let place = 0;
let count = 0;
let moved = () => {};
/** The row that is shown, and what the candles give beside it. */
let shown = null;
let made = null;

/** Shows the picture at a place of the list; `go(place)` is told of steps. */
export function open(at, of, go) {
  [count, moved] = [of, go];
  if (!$("set-detail").open) {
    $("set-detail").showModal();
  }
  step(at - place);
}

export function close() {
  $("set-detail").close();
}

export function wire(with_) {
  host = with_;
  const dialog = $("set-detail");
  $("detail-back").addEventListener("click", () => step(-1));
  $("detail-forward").addEventListener("click", () => step(1));
  $("detail-close").addEventListener("click", close);
  $("detail-chart").addEventListener("click", chart);
  for (const button of dialog.querySelectorAll("[data-side]")) {
    button.addEventListener("click", () => side(button.dataset.side));
  }
  new ResizeObserver(fit).observe(dialog.querySelector(".sides"));
  dialog.addEventListener("close", () => {
    shown = made = null;
    host.closed();
  });
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && !event.ctrlKey && !event.metaKey && !event.altKey) {
      step(by);
      event.preventDefault();
    }
    // The chart behind has nothing to do with keys pressed here.
    event.stopPropagation();
  });
}

async function step(by) {
  place = Math.max(0, Math.min(count - 1, place + by));
  moved(place);
  const mine = (shown = {});
  try {
    const row = await host.row(place);
    if (shown === mine) {
      shown = row;
      await fill(row);
    }
  } catch (error) {
    host.failed(error);
  }
}

/** Fills the dialog; a step that comes meanwhile takes its place. */
async function fill(row) {
  made = null;
  $("detail-place").textContent = `${number.format(place + 1)} of ${number.format(count)}`;
  $("detail-name").textContent = row.name.slice(row.name.lastIndexOf("/") + 1);
  // A button that is disabled would lose the focus, and keys with it.
  $("detail-back").ariaDisabled = String(place === 0);
  $("detail-forward").ariaDisabled = String(place === count - 1);
  say("…", "");
  $("detail-theirs").hidden = $("detail-ours").hidden = true;
  $("detail-chart").hidden = !(row.symbol && pick(state.series, row));
  facts(row, []);
  let bytes = null;
  let unread = null;
  try {
    bytes = await bytesOf(row);
  } catch (error) {
    unread = error.message;
  }
  if (shown !== row) {
    return;
  }
  const hash = bytes && (await sha256(bytes));
  facts(row, [["Bytes", bytes && number.format(bytes.length)], ["SHA-256", hash], ["Input", bytes && inputOf(bytes)]], hash);
  let verdict = unread ? `There is no picture to be shown: ${unread}.` : "";
  if (bytes && !(await put($("detail-theirs"), bytes))) {
    verdict = "Its bytes are no picture that can be shown.";
  }
  if (shown !== row) {
    return;
  }
  const other = hash && row.sha256 && hash !== row.sha256 ? " Its bytes are not those that are recorded." : "";
  const [kind, text] = await besides(row, bytes);
  if (shown === row) {
    say(`${[verdict, text].filter(Boolean).join(" ")}${other}`, other || unread ? "bad" : kind);
  }
}

/** Draws the picture beside, and tells how the two compare. */
async function besides(row, bytes) {
  const wanted = wish(row);
  if (wanted.unable) {
    return ["note", `It cannot be drawn: ${wanted.unable}.`];
  }
  if (state.series.length === 0) {
    return ["note", "Open its candles, and what they give now is drawn beside it."];
  }
  try {
    const one = pick(state.series, row);
    if (one?.from === "served") {
      await load(one);
    }
    const drawn = await call("beside", [{ ...wanted, bytes }]);
    if (shown !== row) {
      return ["", ""];
    }
    made = drawn;
    $("detail-ours").hidden = false;
    const has = drawn.result?.hasDifference && !drawn.result.samePixels;
    for (const button of document.querySelectorAll("[data-side=difference]")) {
      button.hidden = !has;
    }
    side(has ? "difference" : "candles");
    return verdictOf(drawn);
  } catch (error) {
    return ["note", `The candles do not give it: ${error.message}.`];
  }
}

function verdictOf({ result, width, height }) {
  if (!result) {
    return ["note", "This is what the candles give."];
  }
  if (result.sameBytes) {
    return ["good", "The candles give this picture, byte for byte."];
  }
  if (result.samePixels) {
    return ["note", "The candles give the same pixels in other bytes: it was encoded by something else."];
  }
  const origin = { true: " It names the same candles and settings, so it is damaged or of another version.", false: " It was made from other candles or settings." };
  const why = origin[result.sameInput] ?? "";
  if (!result.hasDifference) {
    return ["bad", `It is ${result.width}×${result.height} pixels, and the candles give ${width}×${height}.${why}`];
  }
  const share = (100 * result.different) / (width * height);
  return ["bad", `The candles give another picture: ${number.format(result.different)} pixels differ (${share < 0.01 ? "less than 0.01" : share.toFixed(2)} %).${why}`];
}

/** Shows the candles' picture or the difference beside the file's. */
function side(which) {
  if (!made) {
    return;
  }
  for (const button of document.querySelectorAll("[data-side]")) {
    button.ariaPressed = String(button.dataset.side === which);
  }
  const canvas = $("detail-ours").querySelector("canvas");
  [canvas.width, canvas.height] = [made.width, made.height];
  const pixels = which === "difference" ? made.difference : made.pixels;
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels), made.width, made.height), 0, 0);
  fit();
  canvas.ariaLabel = which === "difference" ? "What differs, in one loud colour" : "The picture that the candles give now";
}

/** Shows a file's picture; whether it is one. */
async function put(figure, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  const image = figure.querySelector("img");
  image.src = url;
  try {
    await image.decode();
    image.alt = `The file's picture, ${image.naturalWidth} by ${image.naturalHeight} pixels`;
    figure.hidden = false;
    fit();
    return true;
  } catch {
    return false;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Gives pictures the room that there is; small ones are enlarged in whole steps, so that each pixel stays a square. */
function fit() {
  for (const figure of document.querySelectorAll(".sides figure:not([hidden])")) {
    const picture = figure.querySelector("img, canvas");
    const [wide, high] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
    // On a narrow screen the dialog is scrolled.
    const room = matchMedia("(max-width: 860px)").matches ? Number.POSITIVE_INFINITY : figure.clientHeight - figure.firstElementChild.offsetHeight - 6;
    const ratio = window.devicePixelRatio || 1;
    const most = Math.min(figure.clientWidth / wide, room / high);
    const scale = most * ratio >= 1 ? Math.min(8, Math.floor(most * ratio)) / ratio : most;
    if (wide > 0 && scale > 0) {
      picture.style.width = `${wide * scale}px`;
      picture.style.height = `${high * scale}px`;
      picture.classList.toggle("pixelated", scale * ratio >= 1);
    }
  }
}

function say(text, kind) {
  $("detail-verdict").textContent = text;
  $("detail-verdict").className = kind;
}

function facts(row, more, hash = null) {
  const time = (at) => at !== null && short(format_time(at));
  const told = [
    ["Label", row.label],
    ["Split", row.split],
    ["Series", row.symbol && `${row.symbol} ${row.interval}`],
    ["End", time(row.end)],
    ["Start", time(row.start)],
    ["Horizon", row.horizon > 0 && `${row.horizon} candles`],
    ["Path", placeOf(row)],
    ["Recorded", row.sha256 !== hash && row.sha256],
    ["Spec", row.spec && !row.spec.startsWith("{") && `${row.spec} (by its hash)`],
    ...more,
  ];
  const pairs = told.filter(([, value]) => value !== null && value !== false && value !== undefined);
  $("detail-facts").replaceChildren(
    ...pairs.flatMap(([name, value]) => [Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: String(value) })]),
  );
}

/** Where a picture lies: its path, or its shard and its name or row there. */
function placeOf({ name, file, offset, inParquet }) {
  if (file < 0 || offset < 0) {
    return name;
  }
  const shard = pathOf(set.files[file]);
  return inParquet ? `${shard}, row ${offset + 1}` : `${name} in ${shard}`;
}

/** The digest of the input that a PNG of ours names, in its chunk `icIN`. */
function inputOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === "icIN" && length === 32 && at + 40 <= bytes.length) {
      return [...bytes.subarray(at + 8, at + 40)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    at += 12 + length;
  }
  return null;
}

/** Shows the window in the chart, in the look that is set there. */
function chart() {
  const row = shown;
  close();
  host.charted();
  act(() => choose(pick(state.series, row), format_time(row.end)));
}
