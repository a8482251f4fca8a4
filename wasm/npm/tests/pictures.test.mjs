// Pictures, their windows, pixels and geometry.

import { createHash } from "node:crypto";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { test } from "node:test";
import { Series, draw, geometry, init, pixels, render, sha256 } from "@image-cache/render";
import { HOUR, START, rows, thrown } from "./common.mjs";

const SPEC = { size: "320x200", window: 60 };

test("a picture is a PNG of the size that was asked for, and its digest is that of its bytes", async () => {
  const picture = await draw(rows(), SPEC, { symbol: "X" });
  ok(picture.png instanceof Uint8Array);
  deepEqual([...picture.png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const size = new DataView(picture.png.buffer, picture.png.byteOffset + 16);
  deepEqual([size.getUint32(0), size.getUint32(4)], [320, 200]);
  deepEqual([picture.width, picture.height, picture.symbol, picture.interval], [320, 200, "X", "1h"]);
  deepEqual([picture.start, picture.end], [START + 140 * HOUR, START + 199 * HOUR]);
  equal(picture.sha256, createHash("sha256").update(picture.png).digest("hex"));
  equal(await sha256(rows(), SPEC, { symbol: "X" }), picture.sha256);
  deepEqual(await render(rows(), SPEC, { symbol: "X" }), picture.png);
  equal(JSON.parse(picture.spec).window, 60);
});

test("a window ends at or before its end, and nothing after it shows", async () => {
  const before = await sha256(rows(120), SPEC);
  const end = START + 119 * HOUR;
  for (const at of [end, end + HOUR - 1, new Date(end), "2024-01-05T23:00Z", "2024-01-05 23:59:59.999", BigInt(end)]) {
    equal(await sha256(rows(), SPEC, { end: at }), before, String(at));
  }
  equal(await sha256(rows(), SPEC, { index: 119 }), before);
  equal(await sha256(rows(), SPEC, { index: -81 }), before);
  equal(await sha256(rows(), SPEC, { end: "2030-01-01" }), await sha256(rows(), SPEC), "there is nothing after the last");
});

test("ends and positions that are nowhere are refused", async () => {
  const of = (options, spec = SPEC) => thrown(() => render(rows(), spec, options));
  match(await of({ end: "2023-12-31" }), /^RangeError: end 2023-12-31T00:00:00Z is before the first candle: there are candles from 2024-01-01T00:00:00Z to 2024-01-09T07:00:00Z/);
  match(await of({ end: "2024-01-02" }), /^RangeError: the window has 60 candles, and there are 25 up to 2024-01-02T00:00:00Z; set window/);
  match(await of({ end: {} }), /^TypeError: end is an object; give milliseconds/);
  match(await of({ index: 200 }), /^RangeError: there is no candle 200: there are 200/);
  match(await of({ index: 1.5 }), /^TypeError: index is the number 1.5, not the position/);
  match(await of({ index: 3, end: START }), /^TypeError: give end, a time, or index/);
  match(await of({ ende: 3 }), /^TypeError: there is no option "ende": options are symbol, /);
  match(await of([]), /^TypeError: options are an array/);
  match(await of({}, { window: 201 }), /^RangeError: the window has 201 candles, and there are 200 up to/);
});

test("a window is as long as there are candles where nobody says how long", async () => {
  const shorter = await draw(rows(40), { size: 64 });
  equal(JSON.parse(shorter.spec).window, 40);
  equal(shorter.sha256, await sha256(rows(40), { size: 64, window: 40 }));
  equal(await sha256(rows(40), '{"width":64,"height":64}'), shorter.sha256);
  equal(JSON.parse((await draw(rows(), { size: 64 })).spec).window, 150);
  match(await thrown(() => draw(rows(40), { preset: "cnn" })), /^RangeError: the window has 56 candles, and there are 40/);
});

test("candles before the window warm overlays up, and no more of them than they need", async () => {
  const spec = { ...SPEC, overlay: ["sma:20"] };
  const { lines } = await geometry(rows(), spec);
  equal(lines[0].points.length, 60);
  equal(await sha256(rows(), spec), await sha256(rows().slice(200 - 60 - 19), spec));
  const short = await geometry(rows(60), spec);
  equal(short.lines[0].points.length, 41, "at the beginning of a series a line begins late");
});

test("pixels are those of the PNG", async () => {
  const picture = await draw(rows(), SPEC);
  const rgb = picture.pixels({ format: "rgb" });
  deepEqual([rgb.width, rgb.height, rgb.data.length], [320, 200, 320 * 200 * 3]);
  deepEqual(Buffer.compare(Buffer.from(rgb.data), decoded(picture.png, 320)), 0);
  const rgba = picture.pixels();
  ok(rgba.data instanceof Uint8ClampedArray);
  equal(rgba.data.length, 320 * 200 * 4);
  for (let at = 0; at < 320 * 200; at += 997) {
    deepEqual([...rgba.data.subarray(4 * at, 4 * at + 4)], [...rgb.data.subarray(3 * at, 3 * at + 3), 255]);
  }
  deepEqual(await pixels(rows(), SPEC), rgba);
  deepEqual(await pixels(rows(), SPEC, { format: "rgb" }), rgb);
  match(await thrown(() => pixels(rows(), SPEC, { format: "bgr" })), /^RangeError: format is the string "bgr"; it is "rgba" or "rgb"/);
});

/** The rows of an RGB PNG whose filters are none or those of the row above. */
function decoded(png, width) {
  const parts = [];
  for (let at = 8; at < png.length; ) {
    const length = Buffer.from(png).readUInt32BE(at);
    if (Buffer.from(png.subarray(at + 4, at + 8)).toString() === "IDAT") {
      parts.push(png.subarray(at + 8, at + 8 + length));
    }
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = 3 * width;
  const rows = [];
  for (let at = 0, above = Buffer.alloc(stride); at < raw.length; at += stride + 1) {
    const row = Buffer.from(raw.subarray(at + 1, at + 1 + stride));
    for (let x = 0; x < stride; x += 1) {
      const left = x < 3 ? 0 : row[x - 3];
      row[x] += [0, left, above[x]][raw[at]];
    }
    rows.push(row);
    above = row;
  }
  return Buffer.concat(rows);
}

test("geometry tells where candles, lines and labels stand", async () => {
  const picture = await draw(rows(), { ...SPEC, overlay: ["sma:20"] }, { symbol: "X" });
  const made = picture.geometry();
  deepEqual(made, await geometry(rows(), { ...SPEC, overlay: ["sma:20"] }, { symbol: "X" }));
  deepEqual([made.symbol, made.interval, made.end, made.width, made.height], ["X", "1h", picture.end, 320, 200]);
  match(made.path, /^X\/1h\/2024\/01\/X_1h_2024-01-09T07-00-00_px320x200_w60_v1_/);
  deepEqual(made.panels.map(({ name }) => name), ["price", "volume"]);
  equal(made.candles.length, 60);
  equal(made.candles.at(-1).open_time, picture.end);
  equal(made.candles.at(-1).close, rows().at(-1).close);
  deepEqual(made.lines.map(({ name }) => name), ["sma:20"]);
  ok(made.labels.some(({ role }) => role === "value"));
  // A time between two seconds has no name in a cache.
  const odd = rows().map((row) => ({ ...row, time: row.time + 1 }));
  equal((await geometry(odd, SPEC)).path, undefined);
});

test("after init nothing has to be waited for", async () => {
  const now = await init();
  const series = new Series(rows());
  deepEqual(now.render(series, SPEC), await render(rows(), SPEC));
  equal(now.sha256(series, SPEC), await sha256(rows(), SPEC));
  deepEqual(now.pixels(series, SPEC), await pixels(rows(), SPEC));
  deepEqual(now.geometry(series, SPEC), await geometry(rows(), SPEC));
  equal(now.draw(series, SPEC).sha256, now.sha256(series, SPEC));
  ok(now.styles().includes("mike") && now.presets().includes("cnn"));
});

test("what was drawn before never shows, nor what was refused", async () => {
  const first = await sha256(rows(), SPEC);
  await render(rows(), { style: "night", kind: "ohlc", size: 700 });
  await thrown(() => render(rows(), { size: 3 }));
  await thrown(() => render([{ ...rows(1)[0], high: NaN }, ...rows().slice(1)], { window: 200 }));
  equal(await sha256(rows(), SPEC), first);
});

test("the largest picture is drawn, and what follows it, too", async () => {
  const { width, data } = await pixels(rows(), { size: 8192, window: 60 }, { format: "rgb" });
  deepEqual([width, data.length], [8192, 3 * 8192 * 8192]);
  match(await thrown(() => render(rows(), { size: 8193 })), /^RangeError: size 8193 is outside 8 to 8192 pixels/);
  equal((await render(rows(), SPEC)).length > 100, true);
});
