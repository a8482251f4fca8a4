// Candles in every form that users have them in, and what is wrong with some.

import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { Series, draw, initReaders, render, sha256 } from "@image-cache/render";
import { reading } from "../lib/module.js";
import { evenInterval } from "../lib/series.js";
import { HOUR, START, rows, thrown } from "./common.mjs";

const SPEC = { size: "320x200", window: 60 };
const column = (name) => rows().map((row) => row[name]);
const COLUMNS = Object.fromEntries(Object.keys(rows()[0]).map((name) => [name, column(name)]));

test("every form of the same candles gives the same picture", async () => {
  const expected = await sha256(rows(), SPEC);
  const typed = Object.fromEntries(Object.entries(COLUMNS).map(([name, values]) => [name, Float64Array.from(values)]));
  const forms = {
    columns: COLUMNS,
    "typed columns": typed,
    "columns with bigints": { ...typed, time: BigInt64Array.from(COLUMNS.time, BigInt) },
    rows: rows().map((row) => Object.values(row)),
    "rows of typed arrays": rows().map((row) => Float64Array.from(Object.values(row))),
    "klines as Binance sends them": rows().map((row) => [row.time, ...Object.values(row).slice(1).map(String), row.time + HOUR - 1, "0", 7]),
    "names of a UDF feed": { t: COLUMNS.time, o: COLUMNS.open, h: COLUMNS.high, l: COLUMNS.low, c: COLUMNS.close, v: COLUMNS.volume, s: "ok" },
    "names in other cases": rows().map(({ time, open, high, low, close, volume }) => ({ Date: time, Open: open, HIGH: high, low, Close: close, Vol: volume, Other: "x" })),
    "dates": rows().map((row) => ({ ...row, time: new Date(row.time) })),
    "texts of times": rows().map((row) => ({ ...row, time: new Date(row.time).toISOString() })),
    "texts without a zone, which are UTC": rows().map((row) => ({ ...row, time: new Date(row.time).toISOString().slice(0, 16).replace("T", " ") })),
    "texts of milliseconds": rows().map((row) => ({ ...row, time: String(row.time) })),
    "a series": new Series(rows()),
  };
  for (const [form, candles] of Object.entries(forms)) {
    equal(await sha256(candles, SPEC), expected, form);
  }
});

test("volumes are 0 where there are none", async () => {
  const none = rows().map(({ volume, ...row }) => row);
  const zero = rows().map((row) => ({ ...row, volume: 0 }));
  equal(await sha256(none, SPEC), await sha256(zero, SPEC));
  equal(await sha256(rows().map(({ time, open, high, low, close }) => [time, open, high, low, close]), SPEC), await sha256(zero, SPEC));
});

test("what is no candle is refused, with its place and what to do", async () => {
  const with_ = (at, part) => rows().map((row, index) => (index === at ? { ...row, ...part } : row));
  const cases = [
    [undefined, /^TypeError: candles are undefined, not an array of objects with time/],
    ["a text", /^TypeError: candles are the string "a text"; parse\(\) reads texts/],
    [new Uint8Array(8), /^TypeError: candles are a Uint8Array; parse\(\) reads/],
    [42, /^TypeError: candles are the number 42, not/],
    [[], /^RangeError: there is no candle$/],
    [{}, /^TypeError: the columns of candles have no time: there is nothing in it/],
    [[1, 2, 3], /^TypeError: candle 0 is the number 1; candles are/],
    [[null], /^TypeError: candle 0 is null; candles are/],
    [[[1, 2, 3]], /^TypeError: candle 0 has 3 values; a row is \[time, open/],
    [[{ time: 1, open: 2 }], /^TypeError: candle 0 has no high: there are time, open$/],
    [with_(3, { open: "ten" }), /^TypeError: candle 3: open is the string "ten", not a number/],
    [with_(3, { open: {} }), /^TypeError: candle 3: open is an object, not a number/],
    [with_(3, { time: "yesterday" }), /^RangeError: candle 3: time "yesterday" is no time; write 2024-05-01/],
    [with_(3, { time: "2024-02-30" }), /^RangeError: candle 3: time "2024-02-30" is no time/],
    [with_(3, { time: new Date("x") }), /^RangeError: candle 3: time of an invalid Date is not a whole number of milliseconds/],
    [with_(3, { time: START + 0.5 }), /^RangeError: candle 3: time 1704067200000\.5 is not a whole number/],
    [with_(3, { time: null }), /^TypeError: candle 3: time is null; give milliseconds/],
    [[...rows(9), null], /^TypeError: candle 9 is null, not an object/],
    [rows().reverse(), /^RangeError: candle 1 opens at 2024-01-09T06:00:00Z, and the one before it at 2024-01-09T07:00:00Z: sort/],
    [[...rows(5), ...rows(5)], /^RangeError: candle 5 opens at 2024-01-01T00:00:00Z, .*keep one of each time/],
    [{ ...COLUMNS, low: COLUMNS.low.slice(1) }, /^RangeError: low has 199 values, and time has 200/],
    [{ ...COLUMNS, low: 7 }, /^TypeError: low is the number 7, not an array/],
    // Values are the core's to judge; it counts from the first candle that was given.
    [with_(180, { high: NaN }), /^RangeError: candle 180: high is not a finite number$/],
    [with_(180, { high: null }), /^RangeError: candle 180: high is not a finite number$/],
    [with_(180, { close: Infinity }), /^RangeError: candle 180: close is not a finite number$/],
    [with_(180, { volume: -1 }), /^RangeError: candle 180: volume is below 0$/],
    [with_(180, { high: 1 }), /^RangeError: candle 180: high is below open, close or low$/],
    [rows().map((row) => ({ ...row, time: row.time * 1000 })), /^RangeError: candle 140: open_time is outside the years 0 to 9999$/],
  ];
  for (const [candles, expected] of cases) {
    match(await thrown(() => render(candles, SPEC, { interval: "1h" })), expected);
  }
  equal((await render(with_(3, { high: NaN }), SPEC)).length > 100, true, "outside of the window it is in nobody's way");
});

test("times in seconds are not taken for milliseconds", async () => {
  const seconds = rows().map((row) => ({ ...row, time: row.time / 1000 }));
  match(await thrown(() => render(seconds, SPEC, { interval: "1h" })), /^RangeError: interval "1h": candles are 3600 ms apart; are their times milliseconds\?/);
  match(await thrown(() => render(seconds, SPEC)), /^RangeError: interval: .*give interval/);
});

test("the interval of even candles is the one that the readers find", async () => {
  await initReaders();
  const DAY = 24 * HOUR;
  for (const ms of [1000, 5000, 60_000, 90_000, 15 * 60_000, HOUR, 90 * 60_000, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 27 * DAY]) {
    const times = Float64Array.from({ length: 40 }, (_, at) => START + at * ms);
    const read = reading(({ interval_of }) => interval_of(times));
    equal(evenInterval(times), read, `${ms} ms`);
    const { interval } = await draw(rows(40).map((row, at) => ({ ...row, time: times[at] })), { size: 64 });
    equal(interval, read);
  }
  equal(evenInterval([0, 28 * DAY]), null, "it may be a month");
  equal(evenInterval([0, 1500]), null);
  equal(evenInterval([0, HOUR, 3 * HOUR]), null);
});

test("gaps are no obstacle to the interval, and months are months", async () => {
  const gap = rows().filter((_, at) => at !== 50);
  equal((await draw(gap, { window: 60, size: 64 })).interval, "1h");
  const months = rows(30).map((row, at) => ({ ...row, time: Date.UTC(2020, at, 1) }));
  equal((await draw(months, { window: 30, size: 64 })).interval, "1M");
  const chaos = rows(30).map((row, at) => ({ ...row, time: START + at * at * 1234 }));
  match(await thrown(() => render(chaos, { window: 30 })), /^RangeError: interval: .*give interval, such as "1h"/);
  match(await thrown(() => render(rows(1), { window: 2 }, {})), /^RangeError: the window has 2 candles, and there are 1 up to/);
});

test("names are checked by the core, and told", async () => {
  const of = (options) => thrown(() => render(rows(), SPEC, options));
  match(await of({ symbol: "../../etc" }), /^RangeError: symbol "\.\.\/\.\.\/etc" cannot name a file/);
  match(await of({ symbol: 7 }), /^TypeError: symbol is the number 7, not a text/);
  match(await of({ interval: "1 fortnight" }), /^RangeError: interval "1 fortnight" is no interval; write 15m/);
  match(await of({ intervalMs: 5 }), /^TypeError: intervalMs is the length of an interval: give its code/);
  match(await of({ interval: "x", intervalMs: -1 }), /^RangeError: intervalMs is the number -1/);
  match(await of({ interval: "1d" }), /^RangeError: interval "1d": candles are 1h apart/);
  equal((await render(rows(), SPEC, { interval: "odd", intervalMs: HOUR })).length > 100, true);
});

test("a series is taken in once, and can be cut and named", async () => {
  const series = new Series(rows(), { symbol: "A", interval: "1h" });
  deepEqual([series.length, series.symbol, series.interval, series.time[1]], [200, "A", "1h", START + HOUR]);
  const part = series.slice(10, 100);
  deepEqual([part.length, part.symbol, part.time[0]], [90, "A", START + 10 * HOUR]);
  const named = series.named({ symbol: "B" });
  deepEqual([named.symbol, named.interval], ["B", "1h"]);
  equal(await sha256(part, SPEC), await sha256(rows().slice(10, 100), SPEC, { symbol: "A", interval: "1h" }));
  equal(await sha256(series, SPEC, { symbol: "B" }), await sha256(named, SPEC));
});
