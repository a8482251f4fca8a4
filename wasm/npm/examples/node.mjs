// Pictures in Node: of a file, of candles in memory, and a batch of pixels for a model.
//
//     node node.mjs BTCUSDT-1h.csv

import { readFile, writeFile } from "node:fs/promises";
import { draw, geometry, init, parse, render, styles } from "@image-cache/render";

const file = process.argv[2] ?? "BTCUSDT-1h.csv";

// A file of any text form: CSV, JSON, klines. The symbol comes from its name, the interval from its rows.
const picture = await draw(file, { style: "yahoo", overlay: ["sma:20"], title: true });
await picture.save("chart.png");
console.log(`${picture.symbol} ${picture.interval}, ${picture.width}x${picture.height}, sha256 ${picture.sha256}`);

// The candles of that file, and the picture of a window in the middle.
const [series] = await parse(await readFile(file), { name: file });
const small = await render(series, { preset: "cnn" }, { index: Math.floor(series.length / 2) });
await writeFile("small.png", small);

// Where its candles stand, for a detector.
const { candles } = await geometry(series, { preset: "cnn" });
console.log(`${candles.length} candles; the last one's box is`, candles.at(-1));

// Many windows without waiting in between: pixels for a model, and which style each is drawn in.
const { pixels } = await init();
const names = await styles();
for (let index = 99; index < Math.min(series.length, 104); index += 1) {
  const style = names[index % names.length];
  const { data } = pixels(series, { size: 64, window: 30, axes: "bare", style }, { index, format: "rgb" });
  console.log(index, style, data.length);
}
