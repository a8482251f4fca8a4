// Specs as objects of knobs, by every name that a knob has, and as JSON.

import { readFileSync } from "node:fs";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { knobs, presets, sha256, specJson, styles } from "@image-cache/render";
import { rows, thrown } from "./common.mjs";

const read = async (spec) => JSON.parse(await specJson(spec));

test("knobs are known by the names of the command line and of a spec's JSON", async () => {
  const same = [
    [{ noVolume: true }, { "no-volume": true }, { no_volume: "true" }, { volume: false }],
    [{ priceLabels: "left" }, { "price-labels": "left" }, { price_labels: "left" }],
    [{ overlay: ["sma:20", "ema:5"] }, { overlay: "sma:20 ema:5" }, { overlays: ["sma:20", "ema:5"] }],
    [{ size: "640x480" }, { width: 640, height: 480 }],
    [{ size: 300 }, { size: "300" }, { size: "300x300" }],
    [{ size: "640x1280" }, { width: 640 }],
    [{ preset: "cnn", size: "100x224" }, { preset: "cnn", width: 100 }],
    [{ preset: "price-trends", window: 60, size: "100x96" }, { preset: "price-trends", window: 60, width: 100 }],
    [{ grid: false, titleOhlc: true }, { noGrid: true, title_ohlc: true }],
    [{ utcOffset: "+05:30" }, { utc_offset: 330 }, { "utc-offset": "+0530" }],
    [{ utcOffset: "-05:30" }, { utc_offset: -330 }],
    [{ padding: "auto" }, { padding: null }, {}, { padding: undefined }],
    [{ baseline: 27000, kind: "baseline" }, { baseline: "27000", kind: "baseline" }],
    [{ labels: 200n }, { labels: 200 }],
  ];
  for (const [first, ...others] of same) {
    for (const other of others) {
      equal(await specJson(other), await specJson(first), JSON.stringify(Object.entries(other).map(String)));
    }
  }
});

test("a whole spec as an object is the spec that its JSON is", async () => {
  for (const style of await styles()) {
    const json = await specJson({ style, overlay: ["bollinger:20,2"], utcOffset: "+02:00", volumeShare: 30, priceLabels: "left" });
    equal(await specJson(JSON.parse(json)), json, style);
  }
  for (const preset of await presets()) {
    const json = await specJson({ preset });
    equal(await specJson(JSON.parse(json)), json, preset);
  }
});

test("a style of one's own is drawn, and goes with all other knobs", async () => {
  const { style } = await read({ style: "yahoo" });
  const mine = { ...style, name: "mine", panel: "#102030" };
  const spec = await read({ style: mine, preset: "cnn", overlay: ["sma:5"] });
  deepEqual([spec.style, spec.width, spec.overlays], [mine, 224, ["sma:5"]]);
  const candles = rows();
  ok((await sha256(candles, { style: mine })) !== (await sha256(candles, { style: "yahoo" })));
  equal(await sha256(candles, { style }), await sha256(candles, { style: "yahoo" }));
  match(await thrown(() => sha256(candles, { style: { ...mine, panel: "blue" } })), /^RangeError: spec: .*"blue"/);
  match(await thrown(() => sha256(candles, { style: { ...mine, panell: 1 } })), /^RangeError: spec: unknown field `panell`/);
});

test("what no knob takes is refused in the core's words", async () => {
  const of = (spec) => thrown(() => specJson(spec));
  match(await of({ colour: "rgb" }), /^RangeError: there is no knob "colour"; did you mean "color"\?/);
  match(await of({ overlayy: [] }), /^RangeError: there is no knob "overlayy"; did you mean "overlay"\?/);
  match(await of({ preset: "cn" }), /^RangeError: there is no preset "cn"; did you mean "cnn"\?/);
  match(await of({ style: "yaho" }), /^RangeError: there is no style "yaho"; did you mean "yahoo"\?/);
  match(await of({ window: 1 }), /^RangeError: window 1 is outside 2 to 2000 candles/);
  match(await of({ window: 2.5 }), /^RangeError: window "2.5" is no whole number/);
  match(await of({ window: NaN }), /^RangeError: window is NaN, not a finite number/);
  match(await of({ kind: "candles" }), /^RangeError: kind "candles" is none of candle, hollow/);
  match(await of({ overlay: ["sma:0"] }), /^RangeError: overlay "sma:0": /);
  match(await of({ title: true, axes: "bare" }), /^RangeError: title and axes contradict each other/);
  match(await of({ title: "perhaps" }), /^RangeError: title "perhaps" is not a boolean/);
});

test("what is no value at all is refused with the key's name", async () => {
  const of = (spec) => thrown(() => specJson(spec));
  match(await of({ window: {} }), /^TypeError: window is an object; a knob takes a text/);
  match(await of({ window: () => 1 }), /^TypeError: window is a function/);
  match(await of({ kind: null }), /^TypeError: kind is null; leave it out/);
  match(await of({ overlay: [20] }), /^TypeError: overlay is an array; a knob takes/);
  match(await of({ overlay: ["sma:20 ema:5"] }), /^RangeError: overlay: "sma:20 ema:5" is not one entry/);
  match(await of({ size: ["1", "2"] }), /^TypeError: size is an array/);
  match(await of({ width: 64, size: 64 }), /^TypeError: spec has both size and width/);
  match(await of({ width: "64" }), /^TypeError: width is the string "64", not a whole number of pixels/);
  match(await of({ volume: true, noVolume: false }), /^TypeError: spec has both volume and noVolume, which are one knob/);
  match(await of("cnn"), /^TypeError: spec is the text "cnn", not the JSON of one; for a preset write \{ preset: "cnn" \}/);
  match(await of([]), /^TypeError: spec is an array, not an object of knobs/);
  match(await of(7), /^TypeError: spec is the number 7/);
  match(await of(new Map()), /^TypeError: spec is a Map/);
});

test("JSON that is no spec is refused where it is drawn", async () => {
  const of = (spec) => thrown(() => sha256(rows(), spec));
  match(await of("{"), /^RangeError: spec: EOF/);
  match(await of('{"colour":1}'), /^RangeError: spec: unknown field `colour`/);
  match(await of('{"window":1}'), /^RangeError: window 1 is outside 2 to 2000/);
  match(await of('{"style":"mike"}'), /^RangeError: spec: /);
});

test("the declarations name every knob and no other", async () => {
  const types = readFileSync(new URL("../index.d.ts", import.meta.url), "utf8");
  const part = types.slice(types.indexOf("export interface Knobs {"), types.indexOf("/** Keys that only a spec's JSON has"));
  const told = [...part.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name).sort();
  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  deepEqual(told, [...(await knobs()).map(({ name }) => camel(name)), "preset"].sort());
  for (const { name, takes } of await knobs()) {
    if (takes.type === "one-of") {
      const line = part.split("\n").find((line) => line.trim().startsWith(`${camel(name)}?:`));
      deepEqual([...line.matchAll(/"([^"]+)"/g)].map(([, value]) => value).filter((value) => value !== "auto"), takes.names, name);
    }
  }
});

test("the table of knobs is a copy", async () => {
  const [first] = await knobs();
  first.name = "changed";
  equal((await knobs())[0].name, "size");
});
