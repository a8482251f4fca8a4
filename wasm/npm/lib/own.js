// Series of one's own and marks, as requests have them.

import { number } from "./series.js";
import { kind, milliseconds, quoted } from "./time.js";

const MARK = ["kind", "time", "price", "time2", "price2", "side", "color", "text"];

/** What `series` and `marks` add to the spec, as texts of knobs; nothing where the spec says it itself. */
export function knobsOf(spec, series, marks) {
  const more = {};
  if (typeof spec === "string") {
    return more;
  }
  if (series && (spec.series ?? null) === null) {
    more.series = Object.keys(series).join(" ");
  }
  if (marks && (spec.marks ?? null) === null) {
    more.marks = "true";
  }
  return more;
}

/** The part of a request's header, or null where there is nothing of one's own. Refuses what would not be drawn. */
export function ownOf(options, candles, json) {
  const { series, marks } = options;
  const spec = JSON.parse(json);
  const drawn = (spec.series ?? []).map(nameOf);
  const rows = {};
  for (const [drawing, values] of Object.entries(checkSeries(series) ?? {})) {
    const name = nameOf(drawing);
    if (!drawn.includes(name)) {
      throw new RangeError(`series ${quoted(name)} is given, and the spec does not draw it: it draws ${drawn.join(", ") || "none"}`);
    }
    if (name in rows) {
      throw new RangeError(`series ${quoted(name)} is given twice`);
    }
    rows[name] = valuesOf(name, values, candles);
  }
  const lacking = drawn.filter((name) => !(name in rows));
  if (lacking.length > 0) {
    throw new RangeError(`the spec draws the series ${lacking.join(", ")}: give values in options.series`);
  }
  const list = checkMarks(marks);
  if (list && !spec.marks) {
    throw new RangeError("marks are given, and the spec does not draw them: set marks to true in it");
  }
  if (!list && spec.marks) {
    throw new RangeError("the spec draws marks: give them in options.marks");
  }
  if (!series && !list) {
    return null;
  }
  return { series: rows, marks: (list ?? []).map(markOf) };
}

/** The name of a series in the text that says how it is drawn. */
function nameOf(drawing) {
  return drawing.split(":")[0];
}

export function checkSeries(series) {
  if (series === undefined || series === null) {
    return null;
  }
  if (typeof series !== "object" || Array.isArray(series)) {
    throw new TypeError(`series is ${kind(series)}, not an object: names and values, such as { "fair:step": values }`);
  }
  return Object.keys(series).length > 0 ? series : null;
}

export function checkMarks(marks) {
  if (marks === undefined || marks === null) {
    return null;
  }
  if (!Array.isArray(marks)) {
    throw new TypeError(`marks are ${kind(marks)}, not an array such as [{ kind: "buy", time, price }]`);
  }
  return marks.length > 0 ? marks : null;
}

/** Rows of a series: values as long as the candles, or columns with times of their own. */
function valuesOf(name, values, candles) {
  const what = `series ${quoted(name)}`;
  const isList = (list) => Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView));
  const columns = isList(values) ? { value: values } : values;
  const { time, value, low, high } = columns ?? {};
  const parts = value === undefined ? { low, high } : { value };
  if (!Object.values(parts).every(isList)) {
    throw new TypeError(`${what} is ${kind(values)}; give an array of values, { time, value }, or of a band { time, low, high }`);
  }
  const times = time ?? candles.time;
  if (!isList(times)) {
    throw new TypeError(`${what}: time is ${kind(times)}, not an array of times`);
  }
  for (const [part, list] of Object.entries(parts)) {
    if (list.length !== times.length) {
      const to = time ? `time has ${times.length}` : `there are ${times.length} candles`;
      throw new RangeError(`${what}: ${part} has ${list.length} values, and ${to}`);
    }
  }
  return Array.from(times, (time, at) => {
    const row = { time: milliseconds(time, `${what}: time ${at}`) };
    for (const [part, list] of Object.entries(parts)) {
      const value = number(list[at], () => `${what}: ${part} ${at}`);
      row[part] = finite(value, () => `${what}: ${part} ${at}`);
    }
    // A band that lacks one of its values has none there.
    return "low" in row && (row.low === null || row.high === null) ? { time: row.time, value: null } : row;
  });
}

function finite(value, what) {
  if (Number.isNaN(value)) {
    return null;
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`${what()} is ${value}, not a finite number; null is a gap`);
  }
  return exact(value);
}

/** As a text, since JSON's numbers are not read to the last bit. */
function exact(value) {
  return Object.is(value, -0) ? "-0" : String(value);
}

function markOf(mark, index) {
  const what = `mark ${index}`;
  if (mark === null || typeof mark !== "object") {
    throw new TypeError(`${what} is ${kind(mark)}, not an object such as { kind: "buy", time, price }`);
  }
  const stray = Object.keys(mark).find((key) => !MARK.includes(key));
  if (stray !== undefined) {
    throw new TypeError(`${what} has no ${stray}: it has ${MARK.join(", ")}`);
  }
  const made = {};
  for (const [key, value] of Object.entries(mark)) {
    if (value === undefined || value === null) {
      continue;
    }
    if (key.startsWith("time")) {
      made[key] = milliseconds(value, `${what}: ${key}`);
    } else if (key.startsWith("price")) {
      const price = number(value, () => `${what}: ${key}`);
      if (!Number.isFinite(price)) {
        throw new RangeError(`${what}: ${key} is ${price}, not a finite number`);
      }
      made[key] = exact(price);
    } else if (typeof value === "string") {
      made[key] = value;
    } else {
      throw new TypeError(`${what}: ${key} is ${kind(value)}, not a text`);
    }
  }
  if (made.kind === undefined) {
    throw new TypeError(`${what} has no kind, such as "buy", "hline" or "text"`);
  }
  return made;
}

