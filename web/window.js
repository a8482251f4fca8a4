// The window that is shown: where it ends, how long it is, and how it looks.

import { drawing, finish } from "./drawing.js";
import { format_time, parse_time } from "./image_cache.js";
import { show, thumbnails } from "./knobs/form.js";
import { act, clear, note, problem } from "./messages.js";
import * as overview from "./overview.js";
import { given } from "./own.js";
import { short } from "./picture.js";
import { state } from "./state.js";
import { isExact } from "./viewport.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
/** After so many ms without a change, what takes longer is done. */
const SETTLED = 120;
/** The longest window that there is. */
export const LONGEST = 2000;

let settling = 0;

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
  // What is wrong with the form is so still.
  settle();
  const index = find(state.current.times, at);
  const { least } = range();
  if (index < least) {
    note(`Before ${short(format_time(state.current.times[least]))} there are not enough candles for a window; the cache records such ends as missing.`);
  } else if (clamp(index) !== index) {
    note(`The server was not told to serve ${short(format_time(at))}; this is the end before it.`);
  } else if (index === state.current.times.length - 1 && at > state.current.times[index]) {
    note(`There is no candle at ${short(format_time(at))}; this window is the newest one.`);
  } else if (state.current.times[index] !== at) {
    note(`There is no candle at ${short(format_time(at))}; this window ends with the one before it.`);
  }
  move(index);
  tellEnd();
}

/** Writes the window's end into its field. */
export function tellEnd() {
  if (state.current) {
    $("end").value = short(format_time(state.current.times[state.end]));
  }
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
  state.insisted ||= flag === "window";
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
    // A length that no picture has is told as it was asked for.
    const shortened = count < knobs.window && knobs.window <= LONGEST && !state.insisted;
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

/**
 * Asks for another window while a gesture goes on. Only what is shown is drawn meanwhile; the file follows once
 * nothing has changed for a moment.
 */
export function go(end, window) {
  const { current, look } = state;
  if (!current || !look) {
    return;
  }
  const length = Math.max(2, Math.min(LONGEST, current.times.length, window));
  if (length !== look.spec.window) {
    state.knobs = state.knobs.with("window", String(length));
    state.insisted = true;
    settle();
  }
  state.end = clamp(end);
  wish(true);
}

/** Draws the same window again, where it is to be shown otherwise. */
export function redraw() {
  if (state.current) {
    wish();
  }
}

export function wish(moving = false) {
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
    state.wanted = { series, symbol, interval, ms: series.ms, end, time: times[end], look, moving, asked: performance.now() };
    drawing.ask(state.wanted);
    overview.show(series, Math.max(0, end - look.spec.window + 1), end);
    thumbnails.of(state.wanted);
  }
  clearTimeout(settling);
  settling = setTimeout(() => (moving ? wish() : act(settled)), SETTLED);
}

async function settled() {
  link();
  await finish();
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
  if (isExact()) {
    parameters.set("view", "exact");
  }
  history.replaceState(null, "", `#${parameters}`);
}
