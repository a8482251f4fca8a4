// The window that is shown: where it ends, how it looks, and its picture.

import { compare, doubt } from "./checking.js";
import * as commands from "./commands.js";
import { format_time, parse_time, picture_path } from "./image_cache.js";
import { show, thumbnails } from "./knobs/form.js";
import { act, clear, note, problem } from "./messages.js";
import { given } from "./own.js";
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
  /** What the worker keeps. */
  held: () => call("held"),
};

/** The lowest end with a whole window, and the highest one; where all windows are short, the highest alone. */
function range() {
  const { times, ends } = state.current;
  const whole = (state.look?.spec.window ?? 2) - 1;
  const most = ends ? ends.at(-1) : times.length - 1;
  const least = ends ? (ends.find((end) => end >= whole) ?? most) : Math.min(whole, most);
  return { least, most };
}

/** The end nearest to `at`, the one before it where it is none. */
export function clamp(at) {
  const { least, most } = range();
  const inside = Math.max(least, Math.min(most, at));
  const { ends } = state.current;
  return ends ? ends[find(ends, inside)] : inside;
}

export function move(to) {
  if (state.current) {
    state.end = clamp(to);
    wish();
  }
}

/** Moves by so many ends. */
export function step(by) {
  const { ends } = state.current ?? {};
  move(ends ? (ends[find(ends, state.end) + by] ?? by * Number.POSITIVE_INFINITY) : state.end + by);
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
  const { least } = range();
  if (index < least) {
    note(`Before ${short(format_time(state.current.times[least]))} there are not enough candles for a window; the cache records such ends as missing.`);
  } else if (clamp(index) !== index) {
    note(`The server was not told to serve ${short(format_time(at))}; this is the end before it.`);
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
  state.insisted ||= flag === "window";
  clear();
  put(state.knobs.with(flag, text));
}

/** Puts all knobs back to what the preset has, or to what is usual. */
export function reset() {
  clear();
  put(state.knobs.reset());
}

/** Lets pictures look as these knobs say. */
export function put(knobs) {
  state.knobs = knobs;
  settle();
  if (state.current) {
    state.end = clamp(state.end);
    wish();
  }
}

/**
 * Makes the spec from the knobs, and shows them. Where they make none, pictures
 * go on to look as they did, and so do the command and the link.
 */
export function settle() {
  const { knobs, current } = state;
  const count = current?.times.length ?? Number.POSITIVE_INFINITY;
  // What is still shown is then not what the form says.
  const stale = (is) => $("easel").classList.toggle("stale", is);
  try {
    const shortened = count < knobs.window && !state.insisted;
    const fitting = shortened ? knobs.with("window", String(Math.max(2, count))) : knobs;
    show(fitting, knobs);
    const spec = fitting.spec();
    state.look = { asked: knobs, fitting, spec, own: given(spec.own) };
    stale(false);
    if (shortened) {
      note(`${current.symbol} ${current.interval} has ${count} candles, fewer than a window of ${knobs.window}; the window is shorter here.`);
    }
  } catch (error) {
    stale(true);
    problem(error.message ?? String(error));
  }
}

export function wish() {
  const { times, ends } = state.current;
  const slider = $("slider");
  const { least, most } = range();
  [slider.min, slider.max, slider.value] = [least, most, state.end];
  const time = short(format_time(times[state.end]));
  slider.ariaValueText = time;
  if (document.activeElement !== $("end")) {
    $("end").value = time;
  }
  const [at, all] = ends ? [find(ends, state.end), ends.length] : [state.end, times.length];
  $("position").textContent = `${number.format(at + 1)} / ${number.format(all)}`;
  if (state.look) {
    // All that is said of the picture goes with the wish for it: by the time
    // that it is there, the form and the series may say something else.
    const { current: series, end, look } = state;
    const { symbol, interval } = series;
    state.wanted = { series, symbol, interval, ms: series.ms, end, time: times[end], look, asked: performance.now() };
    rendering.ask(state.wanted);
    thumbnails.of(state.wanted);
  }
  clearTimeout(settling);
  settling = setTimeout(() => act(settled), SETTLED);
}

async function render(wanted) {
  const { series, symbol, interval, ms, end, look } = wanted;
  const { json: spec, window: drawn } = look.spec;
  try {
    state.made = { ...(await call("render", [{ id: series.id, symbol, interval, ms, end, spec, drawn, own: look.own }])), wanted };
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
  commands.forget();
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
  $("picture").ariaLabel = `${symbol} ${interval}, ${state.made.rows.length / 6} candles up to ${short(format_time(time))}`;
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
  const { series, look } = shown.wanted;
  if (series.from === "served" && !look.own) {
    const answer = await served.native(shown.wanted, look.fitting.entries());
    if (state.made === shown) {
      served.show(answer, shown.sha256);
    }
  }
}

/** Writes what is wanted into the address. */
export function link() {
  if (!state.wanted) {
    return;
  }
  const { series, symbol, interval, time, look } = state.wanted;
  const parameters = new URLSearchParams();
  if (series.from === "sample") {
    parameters.set("data", "sample");
  }
  parameters.set("series", `${symbol} ${interval}`);
  parameters.set("end", format_time(time));
  for (const [flag, text] of look.asked.entries()) {
    parameters.set(flag, text);
  }
  history.replaceState(null, "", `#${parameters}`);
}
