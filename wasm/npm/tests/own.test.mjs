// Series of one's own and marks.

import { equal, match, notEqual } from "node:assert/strict";
import { test } from "node:test";
import { geometry, sha256 } from "@image-cache/render";
import { HOUR, START, rows, thrown } from "./common.mjs";

const SPEC = { size: "320x200", window: 60 };
const fair = rows().map(({ close }) => close + 1 / 3);

test("values as long as the candles, with times of their own, and of a band are drawn", async () => {
  const time = rows().map((row) => row.time);
  const expected = await sha256(rows(), SPEC, { series: { "fair:step:#ff9800": fair } });
  for (const values of [Float64Array.from(fair), { value: fair }, { time, value: fair }, { time: time.map((at) => new Date(at)), value: fair }]) {
    equal(await sha256(rows(), SPEC, { series: { "fair:step:#ff9800": values } }), expected);
  }
  equal(await sha256(rows(), { ...SPEC, series: "fair:step:#ff9800" }, { series: { fair } }), expected);
  notEqual(expected, await sha256(rows(), SPEC));
  const band = { low: fair.map((value) => value - 1), high: fair };
  const { lines } = await geometry(rows(), SPEC, { series: { "cone:band": band } });
  equal(lines.length, 2);
  equal(lines.flatMap(({ points }) => points).length, 120);
});

test("values are drawn to their last bit, and gaps stay gaps", async () => {
  const { lines } = await geometry(rows(), SPEC, { series: { fair: fair.map((value, at) => (at % 2 ? value : [null, NaN][at % 4 / 2])) } });
  const drawn = new Map(lines[0].points.map(({ open_time, value }) => [open_time, value]));
  equal(drawn.size, 30);
  for (const [at, { time }] of rows().entries()) {
    if (at >= 140) {
      equal(drawn.get(time), at % 2 ? fair[at] : undefined);
    }
  }
});

test("marks are drawn where they are", async () => {
  const marks = [
    { kind: "buy", time: START + 150 * HOUR, text: "in" },
    { kind: "hline", price: "101.5", color: "#ff0000" },
    { kind: "trade", time: new Date(START + 150 * HOUR), price: 100 + 1 / 3, time2: "2024-01-08", price2: 101, side: "short" },
  ];
  const made = await geometry(rows(), SPEC, { marks });
  equal(made.marks.map(({ kind }) => kind).join(), "hline,trade,buy", "in the order in which they are drawn");
  equal(made.marks[1].price, 100 + 1 / 3);
  equal(await sha256(rows(), { ...SPEC, marks: true }, { marks }), await sha256(rows(), SPEC, { marks }));
});

test("nothing of one's own after the window's end shows", async () => {
  const options = { end: START + 150 * HOUR };
  const later = (at) => (at > 150 ? 1e6 : fair[at]);
  equal(
    await sha256(rows(), SPEC, { ...options, series: { fair: fair.map((_, at) => later(at)) } }),
    await sha256(rows(), SPEC, { ...options, series: { fair } }),
  );
});

test("what is given and not drawn, and what is drawn and not given, are refused", async () => {
  const of = (spec, options) => thrown(() => sha256(rows(), { ...SPEC, ...spec }, options));
  match(await of({ series: "a" }, {}), /^RangeError: the spec draws the series a: give values in options.series/);
  match(await of({ series: "a" }, { series: { b: fair } }), /^RangeError: series "b" is given, and the spec does not draw it: it draws a/);
  match(await of({}, { series: { a: fair, "a:step": fair } }), /^RangeError: series "a" is named twice/);
  match(await of({ marks: true }, {}), /^RangeError: the spec draws marks: give them/);
  match(await of({ marks: false }, { marks: [{ kind: "hline", price: 1 }] }), /^RangeError: marks are given, and the spec does not draw them/);
  match(await of({}, { series: { a: fair.slice(1) } }), /^RangeError: series "a": value has 199 values, and there are 200 candles/);
  match(await of({}, { series: { a: { time: [1], value: [] } } }), /^RangeError: series "a": value has 0 values, and time has 1/);
  match(await of({}, { series: { a: 7 } }), /^TypeError: series "a" is the number 7; give an array/);
  match(await of({}, { series: { a: fair.map(() => "x") } }), /^TypeError: series "a": value 0 is the string "x", not a number/);
  match(await of({}, { series: { a: fair.map(() => Infinity) } }), /^RangeError: series "a": value 0 is Infinity, not a finite number; null is a gap/);
  match(await of({}, { series: [fair] }), /^TypeError: series is an array, not an object: names and values/);
  match(await of({}, { series: { "no such:thing": fair } }), /^RangeError: /);
  match(await of({}, { marks: {} }), /^TypeError: marks are an object, not an array/);
  match(await of({}, { marks: [7] }), /^TypeError: mark 0 is the number 7/);
  match(await of({}, { marks: [{}] }), /^TypeError: mark 0 has no kind/);
  match(await of({}, { marks: [{ kind: "bye" }] }), /^RangeError: mark 0: "bye" is no kind of mark; did you mean box or buy/);
  match(await of({}, { marks: [{ kind: "hline", price: NaN }] }), /^RangeError: mark 0: price is NaN/);
  match(await of({}, { marks: [{ kind: "hline", colour: "#000000" }] }), /^TypeError: mark 0 has no colour: it has kind, time/);
  match(await of({}, { marks: [{ kind: "hline", price: 1, color: "red" }] }), /^RangeError: /);
  match(await of({}, { marks: [{ kind: "hline" }] }), /^RangeError: mark 0: /);
});
