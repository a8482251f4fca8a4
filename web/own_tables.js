// The worker's tables of the user's own: series and marks, read from texts, and what of them a picture draws.

import { OwnParts } from "./image_cache.js";

/** Tables by their number, each with its file's name. */
const tables = new Map();
let next = 0;
/** Another set of tables is other pictures. */
let version = 0;

/** Reads a text as a table of one's own: what it may be, and as what it is known by its columns. Throws where it is none. */
export function readOwn({ OwnTable }, name, bytes) {
  const table = new OwnTable(bytes);
  const series = table.series_names(name);
  const hasMarks = table.has_marks();
  if (!hasMarks && series.length === 0) {
    table.free();
    throw new Error("it has neither values by time nor marks");
  }
  const id = next++;
  tables.set(id, { table, name });
  return { id, name, rows: table.rows(), hasMarks, kind: hasMarks ? table.first_kind() : "", series };
}

/**
 * Checks what was chosen to be drawn of a table, for the candles that are shown: all its rows are read once. Returns the
 * columns that mean nothing there.
 */
export function checkOwn(id, { series, isBand }, symbol, interval) {
  const { table, name } = tables.get(id);
  const parts = new OwnParts();
  try {
    if (series === undefined) {
      addMarks(parts, tables.get(id), symbol, interval);
    } else {
      addSeries(parts, tables.get(id), { name: series, isBand }, symbol, interval);
    }
    return table.idle(series);
  } catch (error) {
    throw told(name, error);
  } finally {
    parts.free();
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
  if ((one.own ?? "") === wanted) {
    return;
  }
  const parts = new OwnParts();
  for (const { name, file, isBand } of own?.series ?? []) {
    const known = tables.get(file);
    within(parts, known.name, () => addSeries(parts, known, { name, isBand }, symbol, interval));
  }
  for (const file of own?.marks ?? []) {
    const known = tables.get(file);
    within(parts, known.name, () => addMarks(parts, known, symbol, interval));
  }
  one.series.set_own(parts);
  one.own = wanted;
}

function within(parts, name, add) {
  try {
    add();
  } catch (error) {
    parts.free();
    throw told(name, error);
  }
}

/** An error of a file, under its name. */
const told = (name, error) => new Error(`${name}: ${error.message ?? error}`);

function addSeries(parts, { table }, { name, isBand }, symbol, interval) {
  parts.add_series(name, table.series(name, isBand, symbol, interval));
}

function addMarks(parts, { table }, symbol, interval) {
  const marks = table.marks(symbol, interval);
  const [numbers, texts] = [marks.numbers(), marks.texts()];
  marks.free();
  const others = new OwnParts();
  try {
    for (let at = 0; at < numbers.length / 6; at += 1) {
      const [line, isOf, time, price, time2, price2] = numbers.subarray(6 * at, 6 * at + 6);
      const [kind, side, color, text] = texts.slice(4 * at, 4 * at + 4);
      try {
        // Those of other candles are checked as well.
        (isOf ? parts : others).add_mark(kind, time, price, time2, price2, side, color, text);
      } catch (error) {
        throw new Error(`${table.unit()} ${line}: ${error.message ?? error}`);
      }
    }
  } finally {
    others.free();
  }
}
