// Pictures: which candles of a series one shows, and what is made of them. All of it needs the module to be there.

import { areReadersLoaded, ask, call, reading } from "./module.js";
import { checkMarks, checkSeries, knobsOf, ownOf } from "./own.js";
import { Series, checkInterval, evenInterval } from "./series.js";
import { given, hasWindow, measures, specJson } from "./spec.js";
import { kind, quoted, shown } from "./time.js";

const OPTIONS = ["symbol", "interval", "intervalMs", "end", "index", "series", "marks"];
const BYTES_OF_A_CANDLE = 48;
/** Fewer candles make no picture. */
const FEWEST = 2;

/** Thrown where only the module that reads texts can tell the interval; the asynchronous functions load it then. */
export class NeedsReaders extends Error {}

/** A window of candles with the spec that it is drawn in, ready to be asked for. */
class Window {
  constructor(candles, spec, options) {
    const wanted = given(spec);
    checkOptions(options, OPTIONS);
    const series = seriesOf(candles, options);
    const last = lastOf(series, options);
    const [own, marks] = [checkSeries(options.series), checkMarks(options.marks)];
    const more = knobsOf(wanted, own, marks);
    let json = specJson(wanted, more);
    let { width, height, window, warmup } = measures(json);
    if (last + 1 < window && last + 1 >= FEWEST && !hasWindow(wanted)) {
      // Where nobody says how many, and there are fewer, all of them are drawn.
      json = fitting(wanted, more, last + 1);
      ({ width, height, window, warmup } = measures(json));
    }
    if (last + 1 < window) {
      const [count, end] = [last + 1, series.length > 0 ? ` up to ${shown(series.time[last])}` : ""];
      throw new RangeError(`the window has ${window} candles, and there are ${count}${end}; set window in the spec to fewer`);
    }
    this.series = series;
    this.json = json;
    this.size = { width, height };
    this.last = last;
    this.drawn = last + 1 - window;
    // At the beginning of a series the warm-up is as long as there are candles.
    this.first = Math.max(0, this.drawn - warmup);
    this.interval = intervalOf(series);
    this.own = ownOf({ series: own, marks }, series, json);
  }

  /** What a door of the module makes of it. */
  ask(door) {
    const { series, interval, first, last } = this;
    const header = JSON.stringify({
      symbol: series.symbol,
      interval: interval.code,
      interval_ms: interval.ms,
      warmup: this.drawn - first,
      first,
      own: this.own ?? undefined,
      spec: 0,
    });
    // The spec goes as the text that it is, so that the core's words about it are those of the command line.
    const whole = `${header.slice(0, -2)}${this.json}}`;
    return ask(door, whole, BYTES_OF_A_CANDLE * (last + 1 - first), (view) => write(view, series, first, last));
  }

  get end() {
    return this.series.time[this.last];
  }
}

function write(view, { time, open, high, low, close, volume }, first, last) {
  const columns = [open, high, low, close, volume];
  for (let at = first, to = 0; at <= last; at += 1, to += BYTES_OF_A_CANDLE) {
    view.setBigInt64(to, BigInt(time[at]), true);
    for (const [column, values] of columns.entries()) {
      view.setFloat64(to + 8 + 8 * column, values[at], true);
    }
  }
}

export function checkOptions(options, known) {
  if (options === null || typeof options !== "object" || Array.isArray(options)) {
    throw new TypeError(`options are ${kind(options)}, not an object such as { end: "2024-05-01" }`);
  }
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray !== undefined) {
    throw new TypeError(`there is no option ${quoted(stray)}: options are ${known.join(", ")}; knobs stand in the spec`);
  }
}

function seriesOf(candles, { symbol, interval, intervalMs }) {
  const isNamed = [symbol, interval, intervalMs].every((name) => (name ?? null) === null);
  if (candles instanceof Series) {
    return isNamed ? candles : candles.named({ symbol, interval, intervalMs });
  }
  return new Series(candles, { symbol, interval, intervalMs });
}

/** The position of the window's last candle. */
function lastOf(series, { end, index }) {
  if (index === undefined || index === null) {
    return series.position(end);
  }
  if (end !== undefined && end !== null) {
    throw new TypeError("give end, a time, or index, a position: not both");
  }
  if (!Number.isInteger(index)) {
    throw new TypeError(`index is ${kind(index)}, not the position of a candle`);
  }
  const last = index < 0 ? series.length + index : index;
  if (last < 0 || last >= series.length) {
    throw new RangeError(`there is no candle ${index}: there are ${series.length}`);
  }
  return last;
}

function fitting(spec, more, count) {
  if (typeof spec !== "string") {
    return specJson({ ...spec, window: count }, more);
  }
  return JSON.stringify({ ...JSON.parse(spec), window: count });
}

/** Intervals of series that were asked for: to find one, all times are looked at. */
const intervals = new WeakMap();

function intervalOf(series) {
  if (!intervals.has(series)) {
    intervals.set(series, findInterval(series));
  }
  return intervals.get(series);
}

/** The interval of a series: as it is given, else as its candles tell it. */
function findInterval(series) {
  const { time, intervalMs } = series;
  const isGiven = series.interval !== null;
  const code = series.interval ?? evenInterval(time) ?? readInterval(time);
  const ms = intervalMs ?? call("interval_ms", code);
  if (ms === undefined) {
    throw new RangeError(`interval ${quoted(code)} is no interval; write 15m, 4h, 1d, 1w or 1M, or give intervalMs, too`);
  }
  if (isGiven) {
    checkInterval(time, code, ms);
  }
  return { code, ms };
}

function readInterval(time) {
  if (!areReadersLoaded()) {
    throw new NeedsReaders("interval: candles do not lie evenly; give interval, such as \"1h\", or await initReaders() first");
  }
  try {
    return reading(({ interval_of }) => interval_of(time));
  } catch (error) {
    throw new RangeError(`interval: ${error.message}; give interval, such as "1h" or "1d"`, { cause: error });
  }
}

/** The PNG file of a picture. */
export function render(candles, spec, options = {}) {
  return new Window(candles, spec, options).ask("render");
}

/** The pixels of a picture. */
export function pixels(candles, spec, options = {}) {
  const { format = "rgba", ...rest } = options ?? {};
  return pixelsOf(new Window(candles, spec, rest), format);
}

function pixelsOf(window, format) {
  const { width, height } = window.size;
  if (!["rgba", "rgb"].includes(format)) {
    throw new RangeError(`format is ${kind(format)}; it is "rgba" or "rgb"`);
  }
  const rgb = window.ask("pixels");
  if (format === "rgb") {
    return { data: rgb, width, height };
  }
  const data = new Uint8ClampedArray(4 * width * height);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from];
    data[to + 1] = rgb[from + 1];
    data[to + 2] = rgb[from + 2];
    data[to + 3] = 255;
  }
  return { data, width, height };
}

/** Where all that is drawn stands, as `image-cache render --geometry` writes it. */
export function geometry(candles, spec, options = {}) {
  return geometryOf(new Window(candles, spec, options));
}

function geometryOf(window) {
  const { series, interval, json, end } = window;
  const made = JSON.parse(new TextDecoder().decode(window.ask("geometry")));
  const line = { symbol: series.symbol, interval: call("interval_name", interval.code), end };
  try {
    return { path: call("picture_path", series.symbol, interval.code, interval.ms, end, json), ...line, ...made };
  } catch {
    // A cache has no name for it.
    return { ...line, ...made };
  }
}

/** SHA-256 of the PNG file, in hexadecimal digits. */
export function sha256(candles, spec, options = {}) {
  return call("sha256", render(candles, spec, options));
}

/** A picture: its PNG, and what else there is to know of it. */
export function draw(candles, spec, options = {}) {
  return new Picture(new Window(candles, spec, options));
}

export class Picture {
  #window;
  #sha256;

  constructor(window) {
    this.#window = window;
    /** The PNG file. */
    this.png = window.ask("render");
    Object.assign(this, window.size);
    this.symbol = window.series.symbol;
    this.interval = window.interval.code;
    /** When its first candle opens, and its last, in ms. */
    this.start = window.series.time[window.drawn];
    this.end = window.end;
    /** The whole spec, as JSON. */
    this.spec = window.json;
  }

  /** SHA-256 of the PNG file, in hexadecimal digits. */
  get sha256() {
    this.#sha256 ??= call("sha256", this.png);
    return this.#sha256;
  }

  pixels({ format = "rgba" } = {}) {
    return pixelsOf(this.#window, format);
  }

  geometry() {
    return geometryOf(this.#window);
  }
}

/** The names of all styles. */
export const styles = () => call("styles");
/** The names of all presets. */
export const presets = () => call("presets");
