// In the renderer's thread: what the page is told of a chart and of a series.

/** Candles that are copied out of a series at a time. */
const CHUNK = 65536;

/** The lowest and the highest close of a series by column, in at most so many columns. */
export function overview(series, columns) {
  const count = series.count();
  const size = Math.min(columns, count);
  const [low, high] = [Infinity, -Infinity].map((least) => new Float64Array(size).fill(least));
  for (let from = 0; from < count; from += CHUNK) {
    const part = Math.min(CHUNK, count - from);
    const rows = series.rows(from + part - 1, part);
    for (let at = 0; at < part; at += 1) {
      const column = Math.floor(((from + at) * size) / count);
      const close = rows[6 * at + 4];
      // What is no number is in neither.
      if (close < low[column]) low[column] = close;
      if (close > high[column]) high[column] = close;
    }
  }
  return { low, high };
}

/** What the page shows of a chart, and where its parts are. */
export function pictured(chart) {
  const names = chart.panel_names();
  const boxes = chart.panels();
  return {
    pixels: chart.pixels(),
    width: chart.width(),
    height: chart.height(),
    boxes: chart.boxes(),
    fallbacks: chart.fallbacks().map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`),
    panels: names.map((name, at) => {
      const [x, y, w, h] = boxes.subarray(4 * at);
      return { name, x, y, w, h, values: chart.values(at) };
    }),
  };
}

/** A chart's file. */
export function filed(chart) {
  return { png: chart.png(), sha256: chart.sha256(), width: chart.width(), height: chart.height() };
}
