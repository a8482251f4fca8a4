// What the types allow, and what they find, for browsers and bundlers.

import { Series, draw, geometry, init, knobs, parse, pixels, render, type Bytes, type Candles, type Knob, type Spec } from "@image-cache/render";

const objects = [{ time: 0, open: 1, high: 2, low: 1, close: 2, volume: 3 }];
const forms: Candles[] = [
  objects,
  [{ time: new Date(), open: "1", high: "2", low: "1", close: "2" }],
  [{ t: 0, o: 1, h: 2, l: 1, c: 2 }],
  [[0, 1, 2, 1, 2, 3]],
  [[0, "1", "2", "1", "2", "3", 59_999]],
  { time: new BigInt64Array(1), open: new Float64Array(1), high: [1], low: [1], close: [null] },
  { t: [0], o: [1], h: [1], l: [1], c: [1] },
  new Series(objects, { symbol: "X", interval: "1h" }),
];
const specs: Spec[] = [
  {},
  "{}",
  { preset: "cnn", overlay: ["sma:20"], noVolume: true, utcOffset: "+02:00", padding: "auto" },
  { "no-volume": true, "price-labels": "left" },
  { title_ohlc: true, width: 64, height: 64, overlays: ["sma:20"], grid: false },
];
const png: Bytes = await render(forms[0], specs[0], { end: "2024-05-01", symbol: "X" });
const { data } = await pixels(objects, { size: 64 });
const image: ImageData = new ImageData(data, 64);
const rgb: Uint8Array = (await pixels(objects, {}, { format: "rgb" })).data;
const picture = await draw(objects, { kind: "line" }, { series: { "fair:step": [1, null] }, marks: [{ kind: "buy", time: 0 }] });
const body: number | undefined = picture.geometry().candles[0].body?.w;
const role: "legend" | string = (await geometry(objects)).labels[0].role;
const ofFile = await draw(new File([png], "a.csv"), {}, { now: new Date(), skipBadRows: true });
const table: Knob[] = await knobs();
const takes = table[0].takes;
const least: number = takes.type === "number" ? takes.least : 0;
const { render: now } = await init(fetch("a.wasm"));
const series: Series[] = await parse("text", { name: "a.csv" });

// @ts-expect-error: a text is no candles here
await draw("file.csv");
// @ts-expect-error: there is no such knob
await render(objects, { colour: "rgb" });
// @ts-expect-error: there is no such kind
await render(objects, { kind: "candles" });
// @ts-expect-error: there is no such option
await render(objects, {}, { ende: 1 });
// @ts-expect-error: a mark has a kind
await render(objects, {}, { marks: [{ time: 0 }] });
// @ts-expect-error: pictures are saved where there are files
await picture.save("chart.png");
// @ts-expect-error: a name is a text
new Series(objects, { symbol: 7 });

export { body, forms, image, least, now, ofFile, rgb, role, series, specs };
