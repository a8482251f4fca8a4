// The window that is shown: where it ends, how it looks, and its picture.

import { compare, doubt } from "./checking.js";
import { format_time, parse_time, picture_path } from "./image_cache.js";
import { quoted, show } from "./knobs.js";
import { act, clear, note, problem } from "./messages.js";
import { Picture, short } from "./picture.js";
import { Latest, call } from "./renderer.js";
import * as served from "./served.js";
import { state } from "./state.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
/** After so many ms without a change, what takes longer is done. */
const SETTLED = 120;

let settling = 0;

export const picture = new Picture();
export const rendering = new Latest(render);

/** What a measurement wants to know: when the first picture was there, and how long steps took, in ms. */
window.imageCache = {
  first: null,
  steps: [],
  shown(asked) {
    const now = performance.now();
    this.first ??= now;
    this.steps.push(now - asked);
  },
};

/** The lowest end with a whole window. */
function least() {
  return Math.min((state.spec?.window ?? 2) - 1, state.current.times.length - 1);
}

export function clamp(at) {
  return Math.max(least(), Math.min(state.current.times.length - 1, at));
}

export function move(to) {
  if (state.current) {
    state.end = clamp(to);
    wish();
  }
}

/** A time as people type it, in ms, or null. */
export function parse(text) {
  const iso = text.trim().replace(" ", "T");
  const rest = { 10: "", 13: ":00:00Z", 16: ":00Z", 19: "Z" }[iso.length];
  const ms = parse_time(iso) ?? (rest === undefined ? undefined : parse_time(iso + rest));
  return ms ?? null;
}

export function typed(text) {
  const at = parse(text);
  if (at === null) {
    problem(`“${text}” is no time; write YYYY-MM-DD, with HH:MM if you like`);
    return;
  }
  clear();
  const index = find(state.current.times, at);
  if (index < least()) {
    note(`Before ${short(format_time(state.current.times[least()]))} there are not enough candles for a window; the cache records such ends as missing.`);
  } else if (state.current.times[index] !== at) {
    note(`There is no candle at ${short(format_time(at))}; this window ends with the one before it.`);
  }
  move(index);
}

/** The index of the last time at or before `time`. */
export function find(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = times[middle] <= time ? [middle + 1, high] : [low, middle];
  }
  return low - 1;
}

export function turn(flag, text) {
  clear();
  state.knobs.put(flag, text);
  settle();
  if (state.current) {
    state.end = clamp(state.end);
    wish();
  }
}

/** Makes the spec from the knobs, and shows them. */
export function settle() {
  show($("knobs"), state.knobs.texts());
  // What is still shown is then not what the form says.
  const stale = (is) => $("easel").classList.toggle("stale", is);
  try {
    state.spec = state.knobs.spec();
    stale(false);
  } catch (error) {
    state.spec = null;
    stale(true);
    problem(error.message ?? String(error));
  }
}

export function wish() {
  const { times } = state.current;
  const slider = $("slider");
  [slider.min, slider.max, slider.value] = [least(), times.length - 1, state.end];
  const time = short(format_time(times[state.end]));
  slider.ariaValueText = time;
  if (document.activeElement !== $("end")) {
    $("end").value = time;
  }
  $("position").textContent = `${number.format(state.end + 1)} / ${number.format(times.length)}`;
  if (state.spec) {
    const { id, symbol, interval, ms } = state.current;
    const { json: spec, window: drawn } = state.spec;
    const end = state.end;
    rendering.ask({ id, symbol, interval, ms, end, time: times[end], spec, drawn, asked: performance.now() });
  }
  clearTimeout(settling);
  settling = setTimeout(() => act(settled), SETTLED);
}

async function render(wanted) {
  try {
    state.made = { ...(await call("render", [wanted])), wanted };
    doubt();
    picture.show(state.made);
    window.imageCache.shown(wanted.asked);
    name(wanted);
  } catch (error) {
    nothing(wanted);
    problem(error.message);
  }
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
  $("command").textContent = "";
}

/** Fills in what is known without waiting. */
function name({ symbol, interval, ms, time, spec }) {
  $("picture").ariaLabel = `${symbol} ${interval}, ${state.made.rows.length / 6} candles up to ${short(format_time(time))}`;
  $("sha256").textContent = state.made.sha256;
  served.forget();
  $("pixel-sha256").textContent = "…";
  $("file-size").textContent = `${number.format(state.made.png.length)} bytes`;
  try {
    $("file-name").textContent = picture_path(symbol, interval, ms, time, spec).split("/").pop();
  } catch (error) {
    $("file-name").textContent = `no name: ${error.message}`;
  }
  // No line breaks inside of a flag.
  const words = command(symbol, interval, time).map((word) => {
    return Object.assign(document.createElement("span"), { textContent: word });
  });
  $("command").replaceChildren(...words.flatMap((word, at) => (at > 0 ? [" ", word] : [word])));
}

/** The words of the command that writes the same file. */
function command(symbol, interval, time) {
  const candles = {
    sample: ["--sample", "--stride 1"],
    served: state.current.sample ? ["--sample", "--stride 1"] : [`--db ${quoted(state.current.source)}`],
    database: [`--db ${quoted(state.current.source)}`],
  };
  return [
    "image-cache render",
    ...(candles[state.current.from] ?? ["--db market.sqlite"]),
    `--symbol ${symbol}`,
    `--interval ${interval}`,
    `--start ${format_time(time)}`,
    `--end ${format_time(time + 1000)}`,
    ...state.knobs.flags(),
  ];
}

/** What is done once nothing has changed for a moment. */
async function settled() {
  link();
  await rendering.idle();
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
  if (state.current.from === "served") {
    const answer = await served.native(shown.wanted, state.knobs.entries());
    if (state.made === shown) {
      served.show(answer, shown.sha256);
    }
  }
}

export function link() {
  const parameters = new URLSearchParams();
  if (state.current.from === "sample") {
    parameters.set("data", "sample");
  }
  parameters.set("series", `${state.current.symbol} ${state.current.interval}`);
  parameters.set("end", format_time(state.current.times[state.end]));
  for (const [flag, text] of state.knobs.entries()) {
    parameters.set(flag, text);
  }
  history.replaceState(null, "", `#${parameters}`);
}
