// The picture on the first visit: the sample's last candles, drawn here before anything is opened.

import { paint, spec_of_texts } from "./image_cache.js";
import { call } from "./renderer.js";
import { changed, isDark } from "./theme.js";
import { room, sized } from "./viewport.js";

const $ = (id) => document.getElementById(id);
const WINDOW = 110;
const LOOK = { light: "yahoo", dark: "binancedark" };

/** Draws it, unless something was opened meanwhile. */
export async function show() {
  const box = $("welcome-picture");
  const text = await (await fetch("sample/BTCUSDT-1h.csv")).text();
  const lines = text.trimEnd().split("\n").slice(-WINDOW - 20);
  const { id } = await call("rows", [Float64Array.from(lines.flatMap((line) => line.split(",").map(Number)))]);
  let kept = true;
  const draw = async () => {
    if ($("welcome").hidden && kept) {
      // It is not shown again.
      kept = false;
      await call("forget", [[id]]);
    }
    if (!kept) {
      return;
    }
    const [width, height] = room(box);
    const texts = { window: String(WINDOW), style: isDark() ? LOOK.dark : LOOK.light, overlay: "sma:20" };
    const spec = sized(spec_of_texts(JSON.stringify(texts)), width, height);
    const wish = { id, symbol: "BTCUSDT", interval: "1h", ms: 3_600_000, end: lines.length - 1, spec, drawn: WINDOW, view: spec };
    const { shown } = await call("draw", [wish]);
    Object.assign(box, { width, height });
    paint(box.getContext("2d", { alpha: false }), shown.pixels, width, height);
    window.imageCache.first ??= performance.now();
  };
  await draw();
  const again = () => draw().catch(() => {});
  new ResizeObserver(again).observe(box);
  changed(again);
}
