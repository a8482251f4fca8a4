// The worker's tables of the user's own: series and marks, read from texts, and what of them a picture draws.

import { Series } from "./image_cache.js";

/** Tables by their number, each with its file's name. */
const tables = new Map();
let next = 0;
/** Another set of tables makes other pictures. */
let version = 0;

/** Reads a text as a table of one's own: what it may be, and as what it is known by its columns. Throws where it is none. */
export function readOwn({ OwnTable }, name, bytes) {
  const table = new OwnTable(bytes, name);
  const [series, marks] = [seriesNames(table), table.marks_say()];
  if (marks === "" && series.length === 0) {
    table.free();
    throw new Error("it has neither values by time nor marks");
  }
  const id = next++;
  tables.set(id, { table, name });
  return { id, name, rows: table.rows(), marks, series };
}

/**
 * The names of the series that a table holds, as a spec has them, with `:band` behind those of bands. What has one column
 * of values alone is called by its file; others by their columns, as far as these make names.
 */
function seriesNames(table) {
  const columns = table.columns().map((name) => name.toLowerCase());
  const own = table.name() || "own";
  const ends = [["low", "high"], ["lower", "upper"]];
  if (columns.length === 1) {
    return [own];
  }
  if (columns.length === 2 && ends.some((pair) => pair.every((end, at) => columns[at] === end))) {
    return [`${own}:band`];
  }
  const names = columns.flatMap((name) => {
    const [, stem, end] = /^(.*)_([^_]*)$/.exec(name) ?? [];
    const pair = ends.find((pair) => pair.includes(end) && pair.every((other) => columns.includes(`${stem}_${other}`)));
    // The two ends of a band are one series.
    return pair ? (end === pair[0] ? [`${stem}:band`] : []) : [name];
  });
  return names.filter((name) => /^[a-z0-9_]{1,32}(:band)?$/.test(name));
}

/** Reads all that is to be drawn of a table once, for whatever candles, so that what is wrong is told before it is drawn. */
export function checkOwn(id, series) {
  const parts = series.map(({ name, isBand }) => seriesOf({ name, isBand, file: id }, "", ""));
  const marks = series.length > 0 ? [] : marksOf(id, "", "", true);
  const none = Series.from_rows(new Float64Array());
  try {
    none.set_own(together(parts, marks));
  } finally {
    none.free();
  }
}

export function forgetOwn(ids) {
  for (const id of ids) {
    tables.get(id)?.table.free();
    tables.delete(id);
  }
  version += 1;
}

/** Gives a series what a picture of it draws of the user's own, where it does not have that yet. */
export function bring(one, own, symbol, interval) {
  const wanted = own ? JSON.stringify([version, symbol, interval, own]) : "";
  if ((one.own ?? "") !== wanted) {
    const series = (own?.series ?? []).map((part) => seriesOf(part, symbol, interval));
    const marks = (own?.marks ?? []).map((file) => marksOf(file, symbol, interval, false));
    one.series.set_own(together(series, marks.flat()));
    one.own = wanted;
  }
}

/** The JSON of one's own, from that of its parts. */
function together(series, marks) {
  return `{"series":{${series.join(",")}},"marks":[${marks.join(",")}]}`;
}

/** A series as a field of JSON. */
function seriesOf({ name, isBand, file }, symbol, interval) {
  const { table, name: from } = tables.get(file);
  try {
    return `"${name}":${table.series(name, isBand, symbol, interval)}`;
  } catch (error) {
    throw new Error(`${from}: ${error.message ?? error}`);
  }
}

/** Marks as elements of JSON; none where a table has none of these candles. */
function marksOf(file, symbol, interval, all) {
  const { table, name } = tables.get(file);
  try {
    const list = table.marks(symbol, interval, all).slice(1, -1);
    return list === "" ? [] : [list];
  } catch (error) {
    throw new Error(`${name}: ${error.message ?? error}`);
  }
}
