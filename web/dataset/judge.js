// In the renderer's thread: pictures of a data set beside what the candles give now.

import { Comparison, interval_name } from "../image_cache.js";
import { VERDICT } from "./table.js";

/** What a PNG shows, compared with a chart. */
export function compared({ Picture }, bytes, chart) {
  const picture = new Picture(bytes);
  const comparison = new Comparison(bytes, picture.width(), picture.height(), picture.take_rgb(), chart);
  picture.free();
  const sameSize = comparison.width() === chart.width() && comparison.height() === chart.height();
  const result = {
    sameInput: comparison.same_input(),
    sameBytes: comparison.same_bytes(),
    samePixels: comparison.same_pixels(),
    width: comparison.width(),
    height: comparison.height(),
    sha256: comparison.sha256(),
    pixelSha256: comparison.pixel_sha256(),
    different: comparison.different(),
    around: [...comparison.around()],
    difference: sameSize ? comparison.picture() : null,
    theirs: comparison.theirs(),
  };
  comparison.free();
  return result;
}

/** The series and the place in it where a window ends. Throws why there is none. */
function place({ symbol, interval, end }, { all, loaded, find }) {
  const code = interval_name(interval);
  for (const [id, one] of all) {
    if (one.symbol === symbol && interval_name(one.interval) === code) {
      const series = loaded(id);
      one.times ??= series.times();
      const at = find(one.times, end);
      if (one.times[at] !== end) {
        throw new Error("its last candle is not there");
      }
      return { series, at, ...one };
    }
  }
  throw new Error(`no candles of ${symbol} ${interval} are open`);
}

/** Draws pictures and compares them with their bytes: of each its verdict, and how many pixels differ or why. */
export function judge(list, decoder, candles) {
  return list.map((item) => {
    try {
      const { series, at, symbol, interval, ms } = place(item, candles);
      const drawn = series.sha256(symbol, interval, ms, at, item.spec);
      if (drawn === item.sha256) {
        return { row: item.row, verdict: VERDICT.bytes };
      }
      const chart = series.chart(symbol, interval, ms, at, item.spec);
      const all = chart.width() * chart.height();
      try {
        const { sameBytes, samePixels, different, difference } = compared(decoder, item.bytes, chart);
        const verdict = sameBytes ? VERDICT.bytes : samePixels ? VERDICT.pixels : VERDICT.different;
        return { row: item.row, verdict, different: difference ? different : all };
      } catch (error) {
        // What is no picture that can be read is not the one that the candles give either.
        return { row: item.row, verdict: VERDICT.different, different: all, reason: String(error.message ?? error) };
      } finally {
        chart.free();
      }
    } catch (error) {
      return { row: item.row, verdict: VERDICT.unable, reason: String(error.message ?? error) };
    }
  });
}

/** One picture as the candles give it now, compared with its file. */
export function beside(item, decoder, candles) {
  const { series, at, symbol, interval, ms } = place(item, candles);
  const chart = series.chart(symbol, interval, ms, at, item.spec);
  try {
    const here = { pixels: chart.pixels(), width: chart.width(), height: chart.height(), sha256: chart.sha256() };
    const { theirs, difference, ...result } = item.bytes ? compared(decoder, item.bytes, chart) : {};
    return { ...here, difference, theirs, result: item.bytes ? { ...result, hasDifference: Boolean(difference) } : null };
  } finally {
    chart.free();
  }
}
