// The commands that write the file of the picture that is shown.

import { format_time } from "./image_cache.js";
import { PASTED } from "./input.js";
import { quoted } from "./knobs.js";

/** Commands, one on a line; no line breaks inside of a flag. */
export function lines(commands) {
  const words = (command) => command.map((word) => Object.assign(document.createElement("span"), { textContent: word }));
  const spaced = (command) => words(command).flatMap((word, at) => (at > 0 ? [" ", word] : [word]));
  return commands.flatMap((command, at) => (at > 0 ? ["\n", ...spaced(command)] : spaced(command)));
}

/** The commands that write the same file, word by word. */
export function commands({ series, symbol, interval, time, look }) {
  const { from, source, sample } = series;
  const all = [];
  let candles = [`--db ${quoted(source)}`];
  if (from === "sample" || sample) {
    candles = ["--sample", "--stride 1"];
  } else if (from === "file") {
    candles = ["--db market.sqlite"];
    if (source === PASTED) {
      all.push(["# the pasted text, saved as candles.csv:"]);
    }
    const file = source === PASTED ? "candles.csv" : source;
    all.push(["image-cache import", quoted(file), ...candles, `--symbol ${symbol}`, `--interval ${interval}`]);
  }
  const window = [`--start ${format_time(time)}`, `--end ${format_time(time + 1000)}`];
  const names = [`--symbol ${symbol}`, `--interval ${interval}`];
  all.push(["image-cache render", ...candles, ...names, ...window, ...look.fitting.flags()]);
  return all;
}
