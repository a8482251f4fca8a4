// The picture on its canvas, its size on the screen, and the crosshair.

import { format_time, paint } from "./image_cache.js";

const FIELDS = 6;
const $ = (id) => document.getElementById(id);

export class Picture {
  #box = $("picture");
  #easel = $("easel");
  #canvas = $("canvas");
  #context = this.#canvas.getContext("2d", { alpha: false });
  #made = null;
  #exact = false;
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
    new ResizeObserver(() => this.#fit()).observe(this.#easel);
  }

  /** Shows what the worker rendered. */
  show(made) {
    this.#made = made;
    this.#foreign = false;
    this.#put(made.pixels, made.width, made.height);
    this.#box.hidden = false;
    if (this.#at) {
      this.#at.box = Math.min(this.#at.box, made.boxes.length / FIELDS - 1);
    }
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
    this.#put(pixels, width, height);
    this.leave();
  }

  /** Shows the rendered picture again. */
  restore() {
    if (!this.#made) {
      return;
    }
    const { pixels, width, height } = this.#made;
    this.#foreign = false;
    this.#put(pixels, width, height);
    this.#cross();
  }

  #put(pixels, width, height) {
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
      this.#fit();
    }
    paint(this.#context, pixels, width, height);
  }

  /** One pixel of the picture on one of the screen, or as large as there is room. */
  exact(exact) {
    this.#exact = exact;
    this.#easel.classList.toggle("exact", exact);
    this.#fit();
  }

  #fit() {
    const { width, height } = this.#canvas;
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [this.#easel.clientWidth, this.#easel.clientHeight];
    let scale = 1 / ratio;
    if (!this.#exact && wide > 0 && high > 0) {
      const most = Math.min(wide / width, high / height);
      // Small pictures are enlarged in whole steps, so that each pixel stays a square.
      scale = most * ratio >= 1 ? Math.min(8, Math.floor(most * ratio)) / ratio : most;
    }
    this.#box.style.width = `${width * scale}px`;
    this.#box.style.height = `${height * scale}px`;
    this.#canvas.classList.toggle("pixelated", scale * ratio >= 1);
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
    $("cross-y").hidden = $("cross-value").hidden = !shown || this.#at.y === null;
    const row = shown ? this.#at.box : count - 1;
    if (shown) {
      const scale = this.#box.clientWidth / made.width;
      const [, , x, , w] = made.boxes.subarray(FIELDS * row);
      $("cross-x").style.left = `${(x + w / 2) * scale}px`;
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
