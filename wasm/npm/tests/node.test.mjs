// Files: read by their paths, written whole, and the same pictures that the command line draws of them.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deepEqual, equal, match } from "node:assert/strict";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { draw, geometry, parse } from "@image-cache/render";
import { HOUR, SAMPLE, SAMPLES, rows, thrown } from "./common.mjs";

const DAY = 24 * HOUR;

const folder = mkdtempSync(join(tmpdir(), "image-cache-npm-"));
after(() => rmSync(folder, { recursive: true }));
const program = process.env.IMAGE_CACHE;
const run = (...words) => execFileSync(program, words, { cwd: folder, encoding: "utf8" });
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A file of candles. */
function file(name, candles) {
  const text = ["time,open,high,low,close,volume", ...candles.map((row) => Object.values(row).join(","))].join("\n");
  writeFileSync(join(folder, name), `${text}\n`);
  return join(folder, name);
}

test("a file's picture is the one that the command line draws", async () => {
  const short = file("short prices.csv", rows(40));
  // Of days, so that the last one is the same for both, but at midnight.
  const today = Math.floor(Date.now() / DAY) * DAY;
  const now = file("now.csv", rows(20).map((row, at) => ({ ...row, time: today + (at - 19) * DAY })));
  const cases = [
    [SAMPLE, {}, []],
    [SAMPLE, { style: "yahoo", overlay: ["sma:20", "bollinger:20,2"], indicator: ["macd:12,26,9"], title: true }, ["--style", "yahoo", "--overlay", "sma:20", "--overlay", "bollinger:20,2", "--indicator", "macd:12,26,9", "--title"]],
    [join(SAMPLES, "ETHUSD-4h.csv"), { preset: "vlm", kind: "heikin-ashi" }, ["--preset", "vlm", "--kind", "heikin-ashi"]],
    [SAMPLE, { window: 99, noVolume: true, scale: "log" }, ["--window", "99", "--no-volume", "--scale", "log", "--end", "2023-02-03T04:30:00Z"], { end: "2023-02-03T04:30Z" }],
    [short, {}, []],
    [now, {}, []],
  ];
  for (const [path, spec, flags, options] of cases) {
    run("draw", path, "-o", "drawn.png", ...flags);
    const picture = await draw(path, spec, options);
    equal(picture.sha256, sha256(readFileSync(join(folder, "drawn.png"))), `${path} ${flags.join(" ")}`);
  }
  equal((await draw(short, {})).symbol, "short_prices");
  equal((await draw(now, {})).end, today - DAY, "the last candle is not over");
  equal((await draw(pathToFileURL(SAMPLE), { size: 64 })).symbol, "BTCUSDT");
});

test("geometry is the line that the command line writes, and as its JSON Schema says", async () => {
  run("import", SAMPLE, "--db", "market.sqlite");
  const flags = ["--overlay", "sma:20", "--indicator", "rsi:14", "--window", "80", "--size", "500x400", "--title"];
  const ends = ["--start", "2023-02-01", "--end", "2023-02-01T06:00:00Z"];
  run("render", "--db", "market.sqlite", "--root", "root", ...flags, ...ends, "--geometry", "boxes.jsonl");
  const lines = readFileSync(join(folder, "boxes.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  equal(lines.length, 6);
  const [series] = await parse(readFileSync(SAMPLE), { name: SAMPLE });
  const spec = { overlay: ["sma:20"], indicator: "rsi:14", window: 80, size: "500x400", title: true };
  const schema = JSON.parse(readFileSync(new URL("../geometry.schema.json", import.meta.url), "utf8"));
  for (const line of lines) {
    const made = await geometry(series, spec, { end: line.end });
    deepEqual(made, line);
    deepEqual(Object.keys(made).sort(), [...schema.required].sort());
    const picture = await draw(series, spec, { end: line.end });
    equal(picture.sha256, sha256(readFileSync(join(folder, "root", made.path))));
  }
});

test("a picture is written whole, into folders that are made for it", async () => {
  const picture = await draw(SAMPLE, { size: 64 });
  const to = join(folder, "new", "folder", "chart.png");
  await picture.save(to);
  equal(sha256(readFileSync(to)), picture.sha256);
  const other = await draw(SAMPLE, { size: 80 });
  await other.save(pathToFileURL(to));
  equal(sha256(readFileSync(to)), other.sha256);
  deepEqual(readdirSync(join(folder, "new", "folder")), ["chart.png"]);
  match(await thrown(() => other.save(join(folder, "new"))), /^Error: E(ISDIR|EXIST|NOTEMPTY|PERM)/);
  deepEqual(readdirSync(folder).filter((name) => name.startsWith(".new")), [], "nothing is left beside it");
});

test("files that are none, or no candles, are refused with their paths", async () => {
  const path = join(folder, "none.csv");
  match(await thrown(() => draw(path)), /^Error: .*none\.csv/);
  writeFileSync(path, "not,candles\n1,2\n");
  match(await thrown(() => draw(path)), /^Error: .*none\.csv: /);
  writeFileSync(path, "");
  match(await thrown(() => draw(path)), /^Error: .*none\.csv: /);
  match(await thrown(() => draw(folder)), /^Error: EISDIR/);
  match(await thrown(() => draw(SAMPLE, { colour: 1 })), /^RangeError: .*BTCUSDT-1h\.csv: there is no knob "colour"/);
  match(await thrown(() => draw(SAMPLE, {}, { end: "2001-01-01" })), /^RangeError: .*end 2001-01-01T00:00:00Z is before the first candle/);
  match(await thrown(() => draw(SAMPLE, {}, { ende: 1 })), /^TypeError: .*there is no option "ende"/);
  const text = readFileSync(SAMPLE, "utf8").split("\n");
  writeFileSync(path, text.map((line, at) => (at === 300 ? line.replace(/,[^,]*$/, ",x") : line)).join("\n"));
  match(await thrown(() => draw(path)), /^Error: .*none\.csv: line 301: .*"x" is not a number; skipBadRows/);
  equal((await draw(path, {}, { skipBadRows: true })).width, 1280);
});

test("one of several series of a file is chosen by its name", async () => {
  const text = rows(200).flatMap(({ time, ...row }) => ["AAA", "BBB"].map((symbol) => [symbol, time, ...Object.values(row)].join(",")));
  const path = join(folder, "several.csv");
  writeFileSync(path, ["symbol,time,open,high,low,close,volume", ...text].join("\n"));
  match(await thrown(() => draw(path)), /^RangeError: .*"several\.csv" holds AAA 1h, BBB 1h; give symbol/);
  match(await thrown(() => draw(path, {}, { symbol: "CCC" })), /holds AAA 1h, BBB 1h; give symbol/);
  equal((await draw(path, { size: 64 }, { symbol: "BBB" })).symbol, "BBB");
});
