// Series of candles, made of whatever form users have them in.

import { code, kind, length, milliseconds, quoted, shown } from "./time.js";

/** Names of columns, in any case, the usual one first. `t o h l c v` are those of UDF feeds. */
const NAMES = {
  time: ["time", "open_time", "opentime", "date", "datetime", "timestamp", "t"],
  open: ["open", "o"],
  high: ["high", "h"],
  low: ["low", "l"],
  close: ["close", "c"],
  volume: ["volume", "vol", "v"],
};
const COLUMNS = Object.keys(NAMES);
const FORMS = "an array of objects with time, open, high, low, close and volume, an array of such rows, or an object of columns";

/** What a series is called that nothing gives a name to. */
export const NAMELESS = "CHART";

/**
 * The candles of one symbol and interval, oldest first. They are taken in once, so that many pictures of them cost no
 * more than their drawing.
 */
export class Series {
  /** @param candles rows or columns @param options `symbol`, `interval`, `intervalMs` */
  constructor(candles, options = {}) {
    Object.assign(this, candles instanceof Series ? candles.#columns() : columns(candles));
    this.length = this.time.length;
    check(this.time);
    const { symbol, interval, intervalMs } = options;
    this.symbol = text(symbol, "symbol") ?? NAMELESS;
    /** The interval's code; null where only the candles tell it. */
    this.interval = text(interval, "interval") ?? null;
    this.intervalMs = lengthOf(intervalMs);
    if (this.intervalMs !== null && this.interval === null) {
      throw new TypeError("intervalMs is the length of an interval: give its code, too, as interval");
    }
  }

  #columns() {
    return Object.fromEntries(COLUMNS.map((name) => [name, this[name]]));
  }

  /** The same candles under other names; an interval takes the length along that was given with it. */
  named({ symbol, interval, intervalMs }) {
    const kept = { interval: this.interval, intervalMs: this.intervalMs };
    const of = interval === undefined && intervalMs === undefined ? kept : { interval, intervalMs };
    return new Series(this, { symbol: symbol ?? this.symbol, ...of });
  }

  /** The candles from one position up to another one, as `slice` of an array has it. */
  slice(from, to) {
    const part = Object.entries(this.#columns()).map(([name, column]) => [name, column.subarray(from, to)]);
    const { symbol, interval, intervalMs } = this;
    return new Series(Object.fromEntries(part), { symbol, interval, intervalMs });
  }

  /** The position of the last candle at or before `end`: a time, as those of candles are written. */
  position(end) {
    if (this.length === 0) {
      throw new RangeError("there is no candle");
    }
    if (end === undefined || end === null) {
      return this.length - 1;
    }
    const at = milliseconds(end, "end");
    const after = upper(this.time, at);
    if (after === 0) {
      const [first, last] = [this.time[0], this.time[this.length - 1]].map(shown);
      throw new RangeError(`end ${shown(at)} is before the first candle: there are candles from ${first} to ${last}`);
    }
    return after - 1;
  }
}

/** How many of rising times are not after `at`. */
export function upper(times, at) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The code of the interval that candles lie apart which follow each other without a gap; else null. */
export function evenInterval(times) {
  const step = times[1] - times[0];
  for (let at = 2; at < times.length; at += 1) {
    if (times[at] - times[at - 1] !== step) {
      return null;
    }
  }
  return code(step);
}

/** Refuses an interval that most candles lie less than half of apart: their times are of another unit, or it is wrong. */
export function checkInterval(times, interval, ms) {
  let short = 0;
  for (let at = 1; at < times.length; at += 1) {
    short += 2 * (times[at] - times[at - 1]) <= ms ? 1 : 0;
  }
  if (2 * short > times.length - 1) {
    const apart = length(times[1] - times[0]);
    throw new RangeError(`interval ${quoted(interval)}: candles are ${apart} apart; are their times milliseconds?`);
  }
}

function columns(candles) {
  if (ArrayBuffer.isView(candles) || typeof candles === "string" || candles instanceof ArrayBuffer) {
    throw new TypeError(`candles are ${kind(candles)}; parse() reads texts and files, and candles are ${FORMS}`);
  }
  if (Array.isArray(candles)) {
    return ofRows(candles);
  }
  if (candles === null || typeof candles !== "object") {
    throw new TypeError(`candles are ${kind(candles)}, not ${FORMS}`);
  }
  return ofColumns(candles);
}

const isList = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Which of these keys is which column. */
function keys(object, what) {
  const there = new Map(Object.keys(object).map((key) => [key.toLowerCase(), key]));
  const found = {};
  for (const column of COLUMNS) {
    const name = NAMES[column].find((name) => there.has(name));
    if (name !== undefined) {
      found[column] = there.get(name);
    } else if (column !== "volume") {
      const has = [...there.values()].slice(0, 8).join(", ");
      throw new TypeError(`${what} no ${column}: ${has === "" ? "there is nothing in it" : `there are ${has}`}`);
    }
  }
  return found;
}

function ofColumns(candles) {
  const names = keys(candles, "the columns of candles have");
  const count = candles[names.time]?.length;
  for (const [column, key] of Object.entries(names)) {
    if (!isList(candles[key])) {
      throw new TypeError(`${key} is ${kind(candles[key])}, not an array of the values of all candles`);
    }
    if (candles[key].length !== count) {
      throw new RangeError(`${key} has ${candles[key].length} values, and ${names.time} has ${count}`);
    }
  }
  return filled(count, (at, column) => candles[names[column]][at], names);
}

function ofRows(rows) {
  const [first] = rows;
  if (rows.length === 0) {
    return filled(0, () => 0, {});
  }
  if (isList(first)) {
    for (const [at, row] of rows.entries()) {
      if (!isList(row) || row.length < 5) {
        const what = isList(row) ? `has ${row.length} values` : `is ${kind(row)}`;
        throw new TypeError(`candle ${at} ${what}; a row is [time, open, high, low, close, volume]`);
      }
    }
    const names = Object.fromEntries(COLUMNS.map((column, at) => [column, at]));
    if (first.length < 6) {
      delete names.volume;
    }
    return filled(rows.length, (at, column) => rows[at][names[column]], names);
  }
  if (first === null || typeof first !== "object" || first instanceof Date) {
    throw new TypeError(`candle 0 is ${kind(first)}; candles are ${FORMS}`);
  }
  const names = keys(first, "candle 0 has");
  for (const [at, row] of rows.entries()) {
    if (row === null || typeof row !== "object") {
      throw new TypeError(`candle ${at} is ${kind(row)}, not an object as those before it`);
    }
  }
  return filled(rows.length, (at, column) => rows[at][names[column]], names);
}

/** Typed columns of values that are given one by one. Without volumes they are 0. */
function filled(count, value, names) {
  const made = Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(count)]));
  for (let at = 0; at < count; at += 1) {
    made.time[at] = milliseconds(value(at, "time"), `candle ${at}: time`);
  }
  for (const column of COLUMNS.slice(1)) {
    if (names[column] === undefined) {
      continue;
    }
    for (let at = 0; at < count; at += 1) {
      made[column][at] = number(value(at, column), () => `candle ${at}: ${column}`);
    }
  }
  return made;
}

/** A number as such, as a bigint or as the text of one, as exchanges send prices; what is absent is no number. */
export function number(value, what) {
  if (typeof value === "number") {
    return value;
  }
  if (value === null || value === undefined) {
    return NaN;
  }
  if (typeof value === "bigint") {
    return Number(value);
  }
  if (typeof value === "string" && /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value)) {
    return Number(value);
  }
  throw new TypeError(`${what()} is ${kind(value)}, not a number`);
}

function check(times) {
  for (let at = 1; at < times.length; at += 1) {
    if (times[at] <= times[at - 1]) {
      const [before, here] = [times[at - 1], times[at]].map(shown);
      const advice = "sort candles by time, oldest first, and keep one of each time";
      throw new RangeError(`candle ${at} opens at ${here}, and the one before it at ${before}: ${advice}`);
    }
  }
}

function text(value, what) {
  if (value === undefined || value === null || typeof value === "string") {
    return value;
  }
  throw new TypeError(`${what} is ${kind(value)}, not a text`);
}

function lengthOf(ms) {
  if (ms === undefined || ms === null) {
    return null;
  }
  if (!Number.isSafeInteger(ms) || ms <= 0) {
    throw new RangeError(`intervalMs is ${kind(ms)}, not a whole number of milliseconds above 0`);
  }
  return ms;
}
