// The picture on its canvas, its size on the screen, and the crosshair.

import { format_time, paint } from "./image_cache.js";
import * as viewport from "./viewport.js";

const FIELDS = 6;
const $ = (id) => document.getElementById(id);

export class Picture {
  #box = $("picture");
  #easel = $("easel");
  #canvas = $("canvas");
  #context = this.#canvas.getContext("2d", { alpha: false });
  #made = null;
  /** Whether what is on the canvas was drawn as large as its room. */
  #fits = false;
  /** The candle box under the crosshair, and the row it points at. */
  #at = null;
  /** Whether other pixels are shown than this picture's, whose candles are then not under the pointer. */
  #foreign = false;

  constructor() {
    this.#box.addEventListener("pointermove", (event) => this.#point(event));
    this.#box.addEventListener("pointerdown", (event) => this.#point(event));
    this.#box.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") {
        this.leave();
      }
    });
    new ResizeObserver(() => this.#size()).observe(this.#easel);
  }

  /** Shows what the worker drew; `fits` where that is as large as the room. */
  show(made, fits) {
    this.#made = { ...made, fits };
    this.#foreign = false;
    const last = made.boxes.length / FIELDS - 1;
    // Of a shorter window the crosshair's candle may not be there any more.
    this.#at = this.#at && last >= 0 ? { ...this.#at, box: Math.min(this.#at.box, last) } : null;
    this.#put(made.pixels, made.width, made.height, fits);
    this.#box.hidden = false;
    this.#cross();
  }

  /** Shows nothing. */
  hide() {
    this.#made = null;
    this.#at = null;
    this.#box.hidden = true;
    $("readout").replaceChildren();
  }

  /** Shows other pixels, such as a difference picture. */
  put(pixels, width, height) {
    this.#foreign = true;
    this.#put(pixels, width, height, false);
    this.leave();
  }

  /** Shows the rendered picture again. */
  restore() {
    if (!this.#made) {
      return;
    }
    const { pixels, width, height, fits } = this.#made;
    this.#foreign = false;
    this.#put(pixels, width, height, fits);
    this.#cross();
  }

  /** What a gesture has to know of the picture that is shown; null where there is none. */
  get scale() {
    const [panel, made] = [this.#made?.panels[0], this.#made];
    if (!panel || this.#foreign) {
      return null;
    }
    const page = this.#box.clientWidth / made.width;
    const window = made.rows.length / FIELDS;
    const step = (panel.w * page) / window;
    const right = (panel.x + panel.w) * page;
    const behind = (x) => {
      const from = right - (x - this.#box.getBoundingClientRect().left);
      return Math.max(0, Math.min(window - 1, from / step - 0.5));
    };
    return { window, step, behind };
  }

  #put(pixels, width, height, fits) {
    const canvas = this.#canvas;
    this.#fits = fits;
    this.#easel.classList.toggle("exact", !fits);
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
    }
    this.#size();
    paint(this.#context, pixels, width, height);
  }

  /** Gives the canvas its size on the page. */
  #size() {
    const { width, height } = this.#canvas;
    const { scale, factor } = viewport.scale(width, height, this.#fits);
    const [wide, high] = [`${width * scale}px`, `${height * scale}px`];
    const { style } = this.#box;
    if (style.width !== wide || style.height !== high) {
      [style.width, style.height] = [wide, high];
    }
    this.#canvas.classList.toggle("pixelated", factor > 1);
    this.#cross();
  }

  #point(event) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    if (!this.#made || this.#foreign || width === 0) {
      return;
    }
    const x = ((event.clientX - left) / width) * this.#made.width;
    const y = ((event.clientY - top) / height) * this.#made.height;
    const panel = this.#made.panels.find((one) => y >= one.y && y < one.y + one.h);
    const box = this.#nearest(x);
    this.#at = panel && box !== null && x >= panel.x && x < panel.x + panel.w ? { box, y: Math.floor(y) } : null;
    this.#cross();
  }

  /** The candle box whose middle is nearest to a column. */
  #nearest(x) {
    const { boxes } = this.#made;
    let [best, least] = [null, Number.POSITIVE_INFINITY];
    for (let at = 0; at < boxes.length / FIELDS; at += 1) {
      const distance = Math.abs(boxes[FIELDS * at + 2] + boxes[FIELDS * at + 4] / 2 - x);
      if (distance < least) {
        [best, least] = [at, distance];
      }
    }
    return best;
  }

  /** Moves the crosshair by candles; it starts at the last one. */
  step(by) {
    if (!this.#made || this.#foreign || this.#made.boxes.length === 0) {
      return;
    }
    const last = this.#made.boxes.length / FIELDS - 1;
    const from = this.#at ? this.#at.box + by : last;
    this.#at = { box: Math.max(0, Math.min(last, from)), y: null };
    this.#cross();
    $("live").textContent = $("readout").textContent;
  }

  leave() {
    this.#at = null;
    this.#cross();
  }

  #cross() {
    const made = this.#made;
    if (!made) {
      return;
    }
    const count = made.boxes.length / FIELDS;
    const shown = this.#at && count > 0;
    $("cross-x").hidden = !shown;
    $("cross-time").hidden = !shown;
    $("cross-y").hidden = $("cross-value").hidden = !shown || this.#at.y === null;
    const row = shown ? this.#at.box : count - 1;
    if (shown) {
      const scale = this.#box.clientWidth / made.width;
      const [time, , x, , w] = made.boxes.subarray(FIELDS * row);
      $("cross-x").style.left = `${(x + w / 2) * scale}px`;
      const lowest = made.panels.at(-1);
      const tag = $("cross-time");
      tag.textContent = short(format_time(time));
      tag.style.top = `${(lowest.y + lowest.h) * scale}px`;
      // It stays inside of the picture, however near to its side the candle is.
      const half = tag.offsetWidth / 2;
      tag.style.left = `${Math.max(half, Math.min(this.#box.clientWidth - half, (x + w / 2) * scale))}px`;
      const panel = made.panels.find(({ y, h }) => this.#at.y >= y && this.#at.y < y + h);
      if (this.#at.y !== null && panel) {
        $("cross-y").style.top = `${(this.#at.y + 0.5) * scale}px`;
        const tag = $("cross-value");
        tag.textContent = rounded(panel.values, this.#at.y - panel.y);
        tag.style.top = `${(this.#at.y + 0.5) * scale}px`;
      }
    }
    if (this.#foreign) {
      $("readout").replaceChildren();
      return;
    }
    this.#read(shown ? made.boxes.subarray(FIELDS * row, FIELDS * row + 2) : null);
  }

  /** Writes the candles of a box, or the window's last one, above the picture. */
  #read(box) {
    const { rows } = this.#made;
    const count = rows.length / FIELDS;
    let [first, until] = [count - 1, count];
    if (box) {
      const [time, many] = box;
      first = Math.max(0, rows.findIndex((value, at) => at % FIELDS === 0 && value === time) / FIELDS);
      until = Math.min(count, first + many);
    }
    let [time, open, high, low, close, volume] = rows.subarray(FIELDS * first);
    for (let at = first + 1; at < until; at += 1) {
      const [, , h, l, c, v] = rows.subarray(FIELDS * at);
      [high, low, close, volume] = [Math.max(high, h), Math.min(low, l), c, volume + v];
    }
    const pairs = [["O", open], ["H", high], ["L", low], ["C", close], ["V", volume]];
    const readout = $("readout");
    const at = document.createElement("time");
    at.textContent = short(format_time(time)) + (until - first > 1 ? ` and ${until - first - 1} more` : "");
    readout.replaceChildren(at);
    for (const [name, value] of pairs) {
      const pair = document.createElement("span");
      const key = document.createElement("b");
      key.textContent = name;
      pair.append(key, ` ${String(value)}`);
      readout.append(pair, " ");
    }
    readout.classList.toggle("down", close < open);
  }
}

/** A time as people read it, without what is zero. */
export function short(time) {
  return time.replace("T", " ").replace(/(?<=:\d\d):00Z$|Z$/, "");
}

/** The value of a row with as many decimals as tell it from the next one's. */
function rounded(values, row) {
  const value = values[Math.max(0, Math.min(values.length - 1, row))];
  const next = values[row + 1] ?? values[row - 1] ?? value;
  const apart = Math.abs(value - next) || Math.abs(value) || 1;
  const decimals = Math.max(0, Math.min(12, Math.ceil(-Math.log10(apart))));
  const plain = Math.abs(value) < 1e15 && (Math.abs(value) >= 1e-9 || value === 0);
  return plain ? value.toFixed(decimals) : value.toPrecision(6);
}
