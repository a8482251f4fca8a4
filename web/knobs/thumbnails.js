// The styles as small pictures of the candles that are open, each drawn by the core.

import { paint, spec_of_texts, styles } from "../image_cache.js";
import { call } from "../renderer.js";
import { element } from "./elements.js";

/** Pixels of a picture on the page, and candles in it. */
const [WIDTH, HEIGHT, WINDOW] = [74, 46, 24];

export class Thumbnails {
  #choices = new Map();
  /** What the pictures are of, and how they were drawn: as long as both are the same, they are kept. */
  #drawn = "";
  #wanted = null;
  #grid = element("div", { className: "styles" });

  /** `chosen(name)` is called when the user chooses a style. */
  constructor(chosen) {
    this.#grid.setAttribute("role", "radiogroup");
    this.#grid.setAttribute("aria-label", "Style");
    for (const name of styles()) {
      const ratio = Math.min(3, Math.ceil(devicePixelRatio || 1));
      const canvas = element("canvas", { width: WIDTH * ratio, height: HEIGHT * ratio });
      canvas.setAttribute("aria-hidden", "true");
      const radio = element("input", { type: "radio", name: "style-picture", value: name, className: "visually-hidden" });
      radio.addEventListener("change", () => chosen(name));
      this.#grid.append(element("label", { title: name }, radio, canvas, element("span", { textContent: name })));
      this.#choices.set(name, { canvas, radio });
    }
    const summary = element("summary", { textContent: "Styles as pictures" });
    this.element = element("details", { className: "thumbnails" }, summary, this.#grid);
    this.element.addEventListener("toggle", () => this.#draw());
  }

  /** Marks the style that is chosen. */
  choose(style) {
    for (const [name, { radio }] of this.#choices) {
      radio.checked = name === style;
    }
  }

  /** Says what the pictures are of; they are drawn once somebody looks. */
  of(wanted) {
    this.#wanted = wanted;
    this.#draw();
  }

  async #draw() {
    const wanted = this.#wanted;
    if (!this.element.open || !wanted) {
      return;
    }
    const { series, symbol, interval, ms, end, look } = wanted;
    const { kind, scale } = look.fitting.texts();
    const drawn = [series.id, kind, scale].join(" ");
    if (drawn === this.#drawn) {
      return;
    }
    this.#drawn = drawn;
    const window = Math.max(2, Math.min(WINDOW, end + 1));
    for (const [name, { canvas }] of this.#choices) {
      const { width, height } = canvas;
      const texts = { style: name, kind, scale, size: `${width}x${height}`, window: String(window), axes: "bare", "no-volume": "true" };
      try {
        const spec = spec_of_texts(JSON.stringify(texts));
        const { pixels } = await call("thumbnail", [{ id: series.id, symbol, interval, ms, end, spec }]);
        if (this.#drawn !== drawn) {
          return;
        }
        paint(canvas.getContext("2d", { alpha: false }), pixels, width, height);
      } catch {
        // What cannot be drawn is told where it is drawn large; the next candles are tried anew.
        this.#drawn = "";
        return;
      }
    }
  }
}
