// A list of any number of pictures, of which only those in view are there: it scrolls by itself, and 10^6 rows
// are more than a browser lets a box be high.

/** A box is no higher than this; beyond, its bar stands for more. */
const HIGHEST = 8_000_000;
/** The least width of a picture where the list is at least so wide. */
const LEAST = [
  [1800, 204],
  [480, 168],
  [0, 132],
];
const GAP = 10;
const CAPTION = 44;
/** Pictures are loaded once so many ms have brought no others into view. */
const SETTLED = 60;
const AT_ONCE = 8;

export class Grid {
  #box;
  #sizer;
  #layer;
  #source;
  #count = 0;
  #columns = 1;
  #row = 200;
  /** Where the view begins, in px of all rows, and the bar's place that it was told by. */
  #top = 0;
  #told = 0;
  /** Nodes by their places. */
  #nodes = new Map();
  /** The place that keys move from. */
  #active = 0;
  #version = 0;
  #loading = 0;
  #queue = [];
  #timer = 0;
  #frame = 0;

  /** `source` has `rows(from, until)`, `fill(node, row)`, `picture(node, row)`, `open(place)` and `failed(error)`. */
  constructor(box, source) {
    this.#box = box;
    this.#source = source;
    this.#sizer = Object.assign(document.createElement("div"), { className: "sizer", role: "presentation" });
    this.#layer = Object.assign(document.createElement("div"), { className: "layer", role: "presentation" });
    box.replaceChildren(this.#layer, this.#sizer);
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    box.addEventListener("scrollend", () => this.#sync());
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("focus", () => this.#mark());
    box.addEventListener("click", (event) => {
      const node = event.target.closest("[role=option]");
      if (node) {
        this.#active = Number(node.dataset.place);
        this.#mark();
        source.open(this.#active);
      }
    });
    new ResizeObserver(() => this.#measure()).observe(box);
  }

  get active() {
    return this.#active;
  }

  /** Shows another list, from its beginning or where it was. */
  reset(count, { keep = false } = {}) {
    this.#count = count;
    this.#version += 1;
    this.#nodes.forEach((node) => node.remove());
    this.#nodes.clear();
    this.#queue = [];
    if (!keep) {
      this.#active = 0;
      this.#top = 0;
    }
    this.#active = Math.max(0, Math.min(count - 1, this.#active));
    this.#measure();
    this.#sync();
  }

  /** Moves to a place, and brings it into view. */
  go(place) {
    if (this.#count === 0) {
      return;
    }
    this.#active = Math.max(0, Math.min(this.#count - 1, place));
    const top = Math.floor(this.#active / this.#columns) * this.#row;
    const high = this.#box.clientHeight;
    if (top < this.#top) {
      this.#top = top;
    } else if (top + this.#row > this.#top + high) {
      this.#top = top + this.#row - high;
    }
    this.#sync();
    this.#render();
    this.#mark();
  }

  get #height() {
    return Math.ceil(this.#count / this.#columns) * this.#row;
  }

  /** The bar's px for one px of the rows. */
  get #scale() {
    const high = this.#box.clientHeight;
    return this.#height <= HIGHEST ? 1 : (HIGHEST - high) / (this.#height - high);
  }

  #measure() {
    const wide = this.#box.clientWidth - 2 * GAP;
    if (wide <= 0) {
      return;
    }
    const first = Math.floor(this.#top / this.#row) * this.#columns;
    const [, least] = LEAST.find(([from]) => wide >= from);
    this.#columns = Math.max(1, Math.floor((wide + GAP) / (least + GAP)));
    const cell = Math.floor((wide + GAP) / this.#columns) - GAP;
    const before = this.#row;
    this.#row = cell + CAPTION + GAP;
    this.#box.style.setProperty("--cell", `${cell}px`);
    this.#sizer.style.height = `${Math.min(HIGHEST, this.#height)}px`;
    if (before !== this.#row) {
      // What was in view stays so when a window grows.
      this.#top = Math.floor(first / this.#columns) * this.#row;
      this.#nodes.forEach((node) => node.remove());
      this.#nodes.clear();
      this.#sync();
    }
    this.#render();
  }

  #scrolled() {
    const now = this.#box.scrollTop;
    const by = now - this.#told;
    const high = this.#box.clientHeight;
    if (by === 0) {
      return;
    }
    this.#told = now;
    // Wheels, fingers and keys move by what they say; the bar goes where it is dragged.
    this.#top = this.#scale === 1 || Math.abs(by) > 3 * high ? now / this.#scale : this.#top + by;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  /** Puts the bar where the view is. */
  #sync() {
    this.#clamp();
    this.#box.scrollTop = this.#top * this.#scale;
    this.#told = this.#box.scrollTop;
  }

  #clamp() {
    this.#top = Math.max(0, Math.min(this.#height - this.#box.clientHeight, this.#top));
  }

  #render() {
    this.#clamp();
    const high = this.#box.clientHeight;
    if (high === 0) {
      return;
    }
    const first = Math.max(0, Math.floor(this.#top / this.#row) - 1);
    const until = Math.ceil((this.#top + high) / this.#row) + 1;
    const [from, to] = [first * this.#columns, Math.min(this.#count, until * this.#columns)];
    for (const [place, node] of this.#nodes) {
      if (place < from || place >= to) {
        node.remove();
        this.#nodes.delete(place);
      }
    }
    const fresh = [];
    for (let place = from; place < to; place += 1) {
      if (!this.#nodes.has(place)) {
        fresh.push(place);
        this.#nodes.set(place, this.#node(place));
      }
    }
    for (const [place, node] of this.#nodes) {
      const x = GAP + (place % this.#columns) * ((this.#box.clientWidth - 2 * GAP + GAP) / this.#columns);
      const y = GAP / 2 + Math.floor(place / this.#columns) * this.#row - this.#top;
      node.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    }
    if (fresh.length > 0) {
      this.#layer.append(...fresh.map((place) => this.#nodes.get(place)));
      this.#mark();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#fill().catch((error) => this.#source.failed(error)), SETTLED);
    }
  }

  #node(place) {
    const node = document.createElement("div");
    node.role = "option";
    node.id = `picture-${place}`;
    node.className = "cell";
    node.dataset.place = place;
    node.ariaSetSize = String(this.#count);
    node.ariaPosInSet = String(place + 1);
    node.ariaSelected = "false";
    node.ariaLabel = `Picture ${place + 1}`;
    return node;
  }

  /** Asks what is shown of the pictures in view, then for the pictures. */
  async #fill() {
    const version = this.#version;
    const empty = [...this.#nodes].filter(([, node]) => !node.dataset.filled).map(([place]) => place).sort((a, b) => a - b);
    if (empty.length === 0) {
      return;
    }
    const [from, until] = [empty[0], empty.at(-1) + 1];
    const rows = await this.#source.rows(from, until);
    if (version !== this.#version) {
      return;
    }
    for (const place of empty) {
      const [node, row] = [this.#nodes.get(place), rows[place - from]];
      if (node && row && !node.dataset.filled) {
        node.dataset.filled = "";
        this.#source.fill(node, row);
        this.#queue.push({ node, row });
      }
    }
    this.#pump();
  }

  #pump() {
    while (this.#loading < AT_ONCE && this.#queue.length > 0) {
      const { node, row } = this.#queue.shift();
      if (node.isConnected) {
        this.#loading += 1;
        this.#source.picture(node, row).finally(() => {
          this.#loading -= 1;
          this.#pump();
        });
      }
    }
  }

  /** Tells which picture the keys are at. */
  #mark() {
    for (const [place, node] of this.#nodes) {
      node.ariaSelected = String(place === this.#active);
    }
    if (this.#nodes.has(this.#active)) {
      this.#box.setAttribute("aria-activedescendant", `picture-${this.#active}`);
    } else {
      this.#box.removeAttribute("aria-activedescendant");
    }
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.max(1, Math.floor(this.#box.clientHeight / this.#row)) * this.#columns;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns, PageUp: -page, PageDown: page };
    if (event.key in by) {
      this.go(this.#active + by[event.key]);
    } else if (event.key === "Home") {
      this.go(0);
    } else if (event.key === "End") {
      this.go(this.#count - 1);
    } else if (event.key === "Enter" || event.key === " ") {
      this.#source.open(this.#active);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
