// From files, the sample or the server to series that can be shown.

import { confirm, hold } from "./checking.js";
import { claim } from "./dataset/folder.js";
import { format_time, interval_ms } from "./image_cache.js";
import { sort } from "./input.js";
import { act, clear, note, problem, progress } from "./messages.js";
import * as own from "./own.js";
import { openDatabases, readTexts } from "./reading.js";
import { call } from "./renderer.js";
import * as served from "./served.js";
import { pick, state } from "./state.js";
import { clamp, find, parse, put, settle, wish } from "./window.js";

const $ = (id) => document.getElementById(id);

export async function openServed() {
  state.series = await served.list();
  if (state.series.length === 0) {
    throw new Error("the database has no candles yet");
  }
  listSeries();
  act(served.status);
}

/**
 * Takes files in: candles take the place of those before, the rest is checked
 * against them. `wanted` says which series is to be shown, and which end; and
 * whether candles without a name are those.
 */
export async function take(files, from = "file", wanted = {}) {
  if (files.length === 0) {
    return;
  }
  clear();
  const { set, rest } = claim(files);
  if (!set) {
    await takeCandles(rest, from, wanted);
    return;
  }
  const { handBack, openSet } = await import("./dataset/open.js");
  rest.push(...(await handBack(set)));
  if (Object.values(set.parts).flat().length === 0) {
    await takeCandles([...rest, ...set.databases], from, wanted);
    return;
  }
  // Candles that come with a data set are there first, so that it is checked against them.
  const candles = async (files) => files.length > 0 && takeCandles(files, from, wanted);
  const failed = await candles(rest).then(() => null, (error) => error);
  const inside = await openSet(set);
  for (const files of inside) {
    await takeCandles(files, from, wanted);
  }
  if (failed) {
    throw failed;
  }
}

/** Takes candles in, and what is to be checked against them. */
async function takeCandles(files, from, wanted) {
  const { texts, databases, pictures } = await sort(files);
  if (texts.length + databases.length > 0) {
    // A check of an index that is still going on is one against other candles.
    await call("stop");
  }
  const found = [];
  const indexes = [];
  const tables = [];
  try {
    await readTexts(texts, found, from, wanted, tables, (series) => replace(series, wanted));
    await openDatabases(databases, found, indexes);
    const series = found.flat();
    if (series.length > 0) {
      await replace(series, wanted);
    }
    await takeOwn(tables);
    if (pictures.length > 0) {
      document.dispatchEvent(new Event("chart"));
    }
    for (const one of pictures) {
      await hold(one);
    }
    for (const index of indexes) {
      await look(index);
    }
  } finally {
    // What came in beside a file that could not be read is not kept by the worker.
    const unused = [...found.flat().filter((one) => !state.series.includes(one)), ...indexes];
    await call("forget", [unused.map(({ id }) => id)]);
    await call("forgetOwn", [tables.map(({ id }) => id)]);
  }
}

/** Checks an index against the candles that are open, and lets its entries be looked through. */
async function look({ name, id, files }) {
  const isSmall = files.every(({ bytes }) => bytes);
  if (state.series.length === 0 || !isSmall) {
    const { openSet } = await import("./dataset/open.js");
    const parts = { picture: [], tar: [], parquet: [], manifest: [], description: [] };
    await openSet({ parts, indexes: [{ path: name, files: files.map(({ name, file }) => ({ name, file })) }], name });
  } else {
    document.dispatchEvent(new Event("chart"));
    await confirm({ name, id });
  }
}

/** Draws what texts hold of series of the user's own and of marks. */
async function takeOwn(tables) {
  if (tables.length === 0) {
    return;
  }
  if (!state.current) {
    const [{ name, why }] = tables;
    throw new Error(`${name}: ${why}; if it holds a series of your own or marks, open their candles first`);
  }
  while (tables.length > 0) {
    put(await own.add(tables.shift(), state.knobs));
    listOwn();
  }
}

/** Lists the files of the user's own, each with a button that takes it away. */
function listOwn() {
  own.list((file) =>
    act(async () => {
      clear();
      const without = await own.remove(file, state.knobs);
      listOwn();
      put(without);
      $("own-open").focus();
    }),
  );
}

/** Lets these series take the place of those that are open. */
async function replace(found, wanted) {
  const usable = found.filter((one) => !one.times || one.times.length > 1);
  if (usable.length === 0) {
    // What is open stays so, whole.
    const { symbol, interval, times } = found[0];
    throw new Error(`${symbol} ${interval} has ${times.length} candles; a picture needs two or more`);
  }
  const before = state.series;
  const gone = before.filter((one) => !found.includes(one));
  state.series = found;
  listSeries();
  if (!found.includes(state.current)) {
    try {
      await choose(pick(usable, wanted) ?? usable[0], wanted.end);
    } catch (error) {
      state.series = before;
      listSeries();
      throw error;
    }
  }
  listSeries();
  if (gone.length > 0) {
    await call("forget", [gone.map(({ id }) => id).filter((id) => id !== undefined)]);
  }
  // What is open beside the chart may be checked against these now.
  document.dispatchEvent(new Event("candles"));
}

/** Loads the candles of a series where that is still to be done. */
export async function load(one) {
  if (one.times) {
    return;
  }
  progress(`Loading ${one.symbol} ${one.interval}`, null);
  try {
    if (one.from === "served") {
      const [rows, ends] = await Promise.all([served.candles(one), served.ends(one)]);
      const { id, times } = await call("rows", [rows], { transfer: [rows.buffer] });
      await call("name", [id, one.symbol, one.interval, one.ms]);
      // Between the two answers a candle may have come.
      const found = ends?.filter((time) => times[find(times, time)] === time);
      Object.assign(one, { id, times, ends: found?.map((time) => find(times, time)) });
    } else {
      one.times = (await call("times", [one.id])).times;
    }
  } finally {
    progress(null);
  }
}

/** Shows a series; the window ends at `time`, else at the time shown before, else where the series does. */
export async function choose(one, time) {
  await load(one);
  if (one.times.length < 2) {
    throw new Error(`${one.symbol} ${one.interval} has ${one.times.length === 1 ? "1 candle" : `${one.times.length} candles`}; a picture needs two or more`);
  }
  if (one.ends?.length === 0) {
    throw new Error(`the server was told to serve no end of ${one.symbol} ${one.interval}`);
  }
  const before = state.current?.times[state.end] ?? null;
  state.current = one;
  state.insisted = false;
  document.documentElement.dataset.loaded = "";
  for (const id of ["timeline", "proof", "source", "knobs", "top"]) {
    $(id).hidden = false;
  }
  $("welcome").hidden = true;
  $("series").value = String(state.series.indexOf(one));
  $("source-name").textContent = one.source;
  $("form").textContent = one.form ?? "";
  for (const id of ["form-label", "form-row"]) {
    $(id).hidden = !one.form;
  }
  for (const field of ["symbol", "interval"]) {
    $(field).value = one[field];
    // What comes from a database has its name there.
    $(field).disabled = one.from !== "file";
  }
  settle();
  const at = time ? parse(time) : before;
  const last = one.times.length - 1;
  const inside = at !== null && at >= one.times[0] && at <= one.times[last];
  const found = inside ? find(one.times, at) : last;
  state.end = clamp(found);
  wish();
  if (time && (!inside || one.times[state.end] !== at)) {
    const shown = format_time(one.times[state.end]);
    const why = at === null ? `“${time}” is no time` : `There is no window of ${state.look?.spec.window ?? 2} candles that ends at ${time}`;
    note(`${why}; the one that is shown ends at ${shown}.`);
  }
  // What was hidden until now is laid out here, while the worker renders.
  void $("easel").clientWidth;
}

/** Gives a series that came without one a name: it decides the file's name and the picture's title. */
export async function rename() {
  clear();
  const interval = $("interval").value.trim();
  const ms = interval_ms(interval);
  if (ms !== state.current.ms) {
    $("interval").value = state.current.interval;
    problem(ms === undefined ? `${interval} is no interval, such as 15m, 1h or 1d` : `the candles are ${state.current.interval} apart, not ${interval}`);
    return;
  }
  [state.current.symbol, state.current.interval] = [$("symbol").value.trim(), interval];
  state.current.renamed = true;
  await call("name", [state.current.id, state.current.symbol, state.current.interval, state.current.ms]);
  listSeries();
  wish();
}

function listSeries() {
  const options = state.series.map((one, at) => new Option(`${one.symbol} ${one.interval}`, String(at)));
  $("series").replaceChildren(...options);
  $("series").value = String(state.series.indexOf(state.current));
}
