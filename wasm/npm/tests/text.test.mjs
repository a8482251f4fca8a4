// Texts of candles: what is understood, and what is said of the others.

import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { draw, parse, sha256 } from "@image-cache/render";
import { HOUR, START, rows, sampleText, thrown } from "./common.mjs";

const csv = (candles) => ["time,open,high,low,close,volume", ...candles.map((row) => Object.values(row).join(","))].join("\n");

test("texts of all forms give the candles that they hold", async () => {
  const klines = rows().map((row) => [row.time, ...Object.values(row).slice(1).map(String), row.time + HOUR - 1, "0", 7, "0", "0", "0"]);
  for (const text of [csv(rows()), JSON.stringify(klines), JSON.stringify(rows()), csv(rows()).replaceAll(",", "\t")]) {
    const [series, ...others] = await parse(text);
    deepEqual([others.length, series.length, series.symbol, series.interval], [0, 200, "CHART", "1h"]);
    for (const [name, values] of Object.entries(rows()[0])) {
      equal(series[name][0], values, name);
    }
    equal(await sha256(series, { size: 64 }), await sha256(rows(), { size: 64 }));
  }
});

test("texts, bytes, buffers and blobs are read alike, and the name tells what the rows do not", async () => {
  const text = sampleText();
  const bytes = new TextEncoder().encode(text);
  const blob = Object.assign(new Blob([bytes]), { name: "BTCUSDT-1h.csv" });
  for (const given of [text, bytes, bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes), blob]) {
    const [series] = await parse(given, given === blob ? {} : { name: "BTCUSDT-1h.csv" });
    deepEqual([series.symbol, series.interval, series.length], ["BTCUSDT", "1h", 3623]);
  }
  equal((await draw(blob, { size: 64 })).symbol, "BTCUSDT");
});

test("rows of several symbols are series of their own", async () => {
  const text = rows(30).flatMap(({ time, ...row }) => ["AAA", "BBB"].map((symbol) => [symbol, time, ...Object.values(row)].join(",")));
  const series = await parse(["symbol,time,open,high,low,close,volume", ...text].join("\n"));
  deepEqual(series.map(({ symbol, length }) => [symbol, length]), [["AAA", 30], ["BBB", 30]]);
});

test("rows that are no candles are named with their lines and reasons", async () => {
  const lines = csv(rows(9)).split("\n");
  lines[3] = lines[3].replace(/,[^,]*$/, ",x");
  lines[5] = lines[5].replace(/,[^,]*,/, ",1e9,");
  const text = lines.join("\n");
  const error = await parse(text).catch((error) => error);
  match(error.message, /^line 4: volume "x" is not a number; line 6: high is below .*; skipBadRows: true leaves rows out that are no candles$/);
  deepEqual([error.bad, error.rows.length], [2, 2]);
  const [series] = await parse(text, { skipBadRows: true });
  deepEqual([series.length, series.source.bad, series.source.errors.length], [7, 2, 2]);
});

test("what is no text of candles is refused", async () => {
  const of = (text, options) => thrown(() => parse(text, options));
  match(await of(""), /^Error: .*(no rows|empty)/);
  match(await of("hello"), /^Error: there are no columns/);
  match(await of("{}"), /^Error: /);
  match(await of('[{"a":1}]'), /^Error: /);
  match(await of('[{"time":1704067200000,"open":1,"high":2'), /^Error: /);
  match(await of(new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0])), /^Error: is a ZIP/i);
  match(await of(new Uint8Array(1000)), /^Error: /);
  match(await of(Uint8Array.from({ length: 4000 }, (_, at) => (at * 7919) % 256)), /^Error: /);
  match(await of(7), /^TypeError: parse takes a text or its bytes, not the number 7/);
  match(await of(null), /^TypeError: parse takes a text or its bytes, not null/);
  match(await of(csv(rows()), { skip: true }), /^TypeError: there is no option "skip"/);
  match(await of(csv(rows()), { name: 7 }), /^TypeError: name is the number 7/);
  match(await of(csv([...rows(20), { ...rows(1)[0], close: 99.9 }])), /^Error: line 22: .*line 2/);
});

test("names and rows that contradict each other are told", async () => {
  const [series] = await parse(csv(rows()), { name: "BTCUSDT-1d.csv" });
  deepEqual([series.symbol, series.interval, series.source.doubts], ["BTCUSDT", "1h", ["its candles are 1h apart, not 1d"]]);
});

test("text after text is read without what was read before", async () => {
  const [first] = await parse(csv(rows()));
  await thrown(() => parse("nonsense"));
  const [again] = await parse(csv(rows()));
  deepEqual(again.close, first.close);
  equal(again.time[0], START);
});
