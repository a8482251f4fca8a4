// The picture of the window that is wanted, what is said of it, and its file.

import { compare, doubt } from "./checking.js";
import * as commands from "./commands.js";
import { format_time, picture_path } from "./image_cache.js";
import { problem } from "./messages.js";
import { Picture, short } from "./picture.js";
import { Latest, call } from "./renderer.js";
import * as served from "./served.js";
import { state } from "./state.js";
import * as viewport from "./viewport.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const FIELDS = 6;

export const picture = new Picture();
export const drawing = new Latest(draw);

/** What a measurement wants to know: when the first picture was there, and how long steps took, in ms. */
window.imageCache = {
  first: null,
  steps: [],
  shown(asked) {
    const now = performance.now();
    this.first ??= now;
    this.steps.push(now - asked);
  },
  /** What the worker keeps. */
  held: () => call("held"),
};

/** Draws what is wanted: what is shown, and its file unless there is no time for it. */
async function draw(wanted) {
  const { series, symbol, interval, ms, end, look, moving } = wanted;
  const { json: spec, window: drawn } = look.spec;
  // A file that was dropped is compared with the file's own pixels.
  const view = state.held ? null : viewport.fitting(spec);
  viewport.hold(state.held !== null);
  try {
    const asked = { id: series.id, symbol, interval, ms, end, spec, drawn, view, whole: !moving, own: look.own };
    const { shown, file } = await call("draw", [asked]);
    state.made = file && { ...file, wanted };
    doubt();
    picture.show(shown, view !== null);
    window.imageCache.shown(wanted.asked);
    describe(wanted, shown);
    viewport.tell(shown, look.spec, view !== null);
    if (file) {
      name(wanted);
    } else {
      wait();
    }
  } catch (error) {
    nothing(wanted);
    problem(error.message);
  }
}

/** Says of a picture's file only what is true of this one: nothing yet. */
function wait() {
  served.forget();
  for (const id of ["sha256", "pixel-sha256"]) {
    $(id).textContent = "…";
  }
  $("file-name").textContent = "…";
  $("file-size").textContent = "";
  commands.forget();
  offer(false, false);
}

/** The picture in words, for those who do not see it. */
function describe({ symbol, interval, time }, { rows, fallbacks }) {
  const count = rows.length / FIELDS;
  const column = (field) => Array.from({ length: count }, (_, at) => rows[FIELDS * at + field]);
  const [highs, lows, closes] = [column(2), column(3), column(4)];
  const [first, last] = [rows[1], closes[count - 1]];
  const change = last === first ? "unchanged" : last > first ? "up" : "down";
  const share = first > 0 && change !== "unchanged" ? ` ${Math.abs((100 * (last - first)) / first).toFixed(2)} per cent` : "";
  $("picture").ariaLabel =
    `${symbol} ${interval}, ${count} candles from ${short(format_time(rows[0]))} to ${short(format_time(time))}: ` +
    [`${change}${share}, between ${Math.min(...lows)} and ${Math.max(...highs)}, last price ${last}`, ...fallbacks].join(". ");
}

/** Shows no picture where there is none, so that none of another window is taken for it. */
function nothing({ time }) {
  state.made = null;
  doubt();
  picture.hide();
  served.forget();
  for (const id of ["sha256", "pixel-sha256", "file-size"]) {
    $(id).textContent = "";
  }
  $("file-name").textContent = `no picture of ${short(format_time(time))}`;
  commands.forget();
  $("drawn").textContent = "";
  offer(false, false);
}

/** Offers what can be had: the picture, and a file of the cache's name. */
function offer(shown, named) {
  $("copy-picture").disabled = !shown;
  $("download").disabled = !named;
  document.querySelector("[data-copy=file-name]").disabled = !named;
}

/** Fills in what is known without waiting. */
function name(wanted) {
  const { symbol, interval, ms, time, look } = wanted;
  $("sha256").textContent = state.made.sha256;
  served.forget();
  $("pixel-sha256").textContent = "…";
  $("file-size").textContent = `${number.format(state.made.png.length)} bytes`;
  try {
    $("file-name").textContent = picture_path(symbol, interval, ms, time, look.spec.json).split("/").pop();
    $("file-name").title = "";
    commands.show(wanted);
    offer(true, true);
  } catch (error) {
    $("file-name").textContent = `the cache cannot name it: ${error.message}`;
    // It may be too long for its line.
    $("file-name").title = error.message;
    commands.forget();
    offer(true, false);
  }
}

/** What takes longer, once nothing has changed for a moment. */
export async function finish() {
  await drawing.idle();
  const shown = state.made;
  if (!shown) {
    return;
  }
  const digest = await call("pixelDigest");
  if (state.made === shown) {
    $("pixel-sha256").textContent = digest;
  }
  if (state.held) {
    await compare();
  }
  const { series, look } = shown.wanted;
  // A server knows no files of the user's own.
  if (series.from === "served" && !look.own) {
    const answer = await served.native(shown.wanted, look.fitting.entries());
    if (state.made === shown) {
      served.show(answer, shown.sha256);
    }
  }
}
