// All pictures of a data set as columns of numbers: 10^6 of them take some 200 MB, and no object each.

import { Names, Values } from "./names.js";

/** What is wrong with a picture, or to be looked at, as bits. */
export const FLAG = {
  absent: 1,
  unlisted: 2,
  label: 4,
  split: 8,
  bytes: 16,
  name: 32,
  twice: 64,
  leak: 128,
  same: 256,
  status: 512,
  unreadable: 1024,
};

/** What a check came to; the higher, the more a picture is to be looked at. */
export const VERDICT = { none: 0, bytes: 1, unable: 2, pixels: 3, different: 4 };

/** What a column of numbers says where nothing is known. */
export const NONE = 0xffff;

/** Larger files are no pictures, whatever their name. */
export const LARGEST = 64 << 20;

/** The latest time that JavaScript can tell, in ms. */
const LATEST = 8.64e15;
const SHA256 = 32;
const COLUMNS = {
  name: [Int32Array, -1],
  series: [Uint16Array, NONE],
  split: [Uint16Array, NONE],
  label: [Int32Array, -1],
  /** The label where it is a number. */
  value: [Float64Array, Number.NaN],
  start: [Float64Array, Number.NaN],
  end: [Float64Array, Number.NaN],
  horizon: [Int32Array, 0],
  /** Candles of the window, as far as a name tells them. */
  window: [Uint16Array, 0],
  spec: [Uint16Array, NONE],
  /** The number of the file that holds it: a picture, a tar or Parquet; -1 where none does. */
  file: [Int32Array, -1],
  /** Where it begins in a tar, or its row of Parquet; -1 where the whole file is the picture. */
  offset: [Float64Array, -1],
  size: [Float64Array, -1],
  flags: [Uint16Array, 0],
  verdict: [Uint8Array, VERDICT.none],
  /** How many pixels differ. */
  different: [Uint32Array, 0],
  /** 1 where a SHA-256 is recorded, 2 where it was found out from the bytes. */
  hashed: [Uint8Array, 0],
};

export class Table {
  names = new Names();
  allSeries = new Values();
  splits = new Values();
  labels = new Values();
  /** Texts of specs in JSON; where only its hash is known, that. */
  specs = new Values();
  count = 0;
  #room = 0;

  constructor() {
    this.sha256 = new Uint8Array(0);
    for (const [name, [Kind]] of Object.entries(COLUMNS)) {
      this[name] = new Kind(0);
    }
  }

  /** Adds a picture of a name; the answer is its row. */
  add(name, told) {
    if (this.count === this.#room) {
      this.#grow();
    }
    const row = this.count++;
    if (name !== null) {
      this.name[row] = this.names.add(name);
    }
    this.tell(row, told);
    return row;
  }

  /** Says more of a picture; what is known of it stays. */
  tell(row, { symbol, interval, split, label, start, end, horizon, window, sha256, spec, file, offset = -1, size = -1 }) {
    if (symbol && interval && this.series[row] === NONE) {
      this.series[row] = few(this.allSeries.add({ symbol, interval }, `${symbol} ${interval}`), "series");
    }
    if (split && this.split[row] === NONE) {
      this.split[row] = few(this.splits.add(split), "splits");
    }
    if (this.label[row] < 0 && Number.isNaN(this.value[row])) {
      if (typeof label === "number") {
        this.value[row] = label;
      } else if (label) {
        this.label[row] = this.labels.add(label);
      }
    }
    // What is no time is not known.
    if (Math.abs(start) <= LATEST && Number.isNaN(this.start[row])) {
      this.start[row] = start;
    }
    if (Math.abs(end) <= LATEST && Number.isNaN(this.end[row])) {
      this.end[row] = end;
    }
    if (horizon > 0) {
      this.horizon[row] = horizon;
    }
    if (window > 0) {
      this.window[row] = window;
    }
    if (spec && this.spec[row] === NONE) {
      this.spec[row] = few(this.specs.add(spec), "specs");
    }
    if (file !== undefined) {
      [this.file[row], this.offset[row], this.size[row]] = [file, offset, size];
    }
    if (sha256 && this.hashed[row] === 0) {
      this.hashed[row] = Number(putHash(sha256, this.sha256, SHA256 * row));
    }
  }

  flag(row, flag) {
    this.flags[row] |= flag;
  }

  /** The name of a picture, else what is known of it. */
  nameOf(row) {
    if (this.name[row] >= 0) {
      return this.names.text(this.name[row]);
    }
    const series = this.seriesOf(row);
    const time = Number.isNaN(this.end[row]) ? `row ${row + 1}` : new Date(this.end[row]).toISOString();
    return series ? `${series.symbol} ${series.interval} ${time}` : time;
  }

  seriesOf(row) {
    return this.allSeries.list[this.series[row]] ?? null;
  }

  splitOf(row) {
    return this.splits.list[this.split[row]] ?? null;
  }

  /** The label: a class, a number or null. */
  labelOf(row) {
    return this.labels.list[this.label[row]] ?? (Number.isNaN(this.value[row]) ? null : this.value[row]);
  }

  /** Keeps the SHA-256 of a picture of which none is recorded. */
  found(row, sha256) {
    if (this.hashed[row] !== 1) {
      this.hashed[row] = 2 * Number(putHash(sha256, this.sha256, SHA256 * row));
    }
  }

  /** The SHA-256 as 32 bytes, or null. */
  hashOf(row) {
    return this.hashed[row] ? this.sha256.subarray(SHA256 * row, SHA256 * (row + 1)) : null;
  }

  #grow() {
    const room = Math.max(256, 2 * this.#room);
    for (const [name, [Kind, usual]] of Object.entries(COLUMNS)) {
      const larger = new Kind(room).fill(usual, this.#room);
      larger.set(this[name]);
      this[name] = larger;
    }
    const larger = new Uint8Array(SHA256 * room);
    larger.set(this.sha256);
    this.sha256 = larger;
    this.#room = room;
  }
}

/** A number that a column can hold. */
function few(number, what) {
  if (number >= NONE) {
    throw new Error(`it has more than ${NONE} ${what}, more than the page tells apart`);
  }
  return number;
}

/** Puts a SHA-256, hexadecimal digits or bytes, where it belongs, unless it is none. */
function putHash(sha256, into, at) {
  if (typeof sha256 !== "string") {
    const fits = sha256.length === SHA256;
    if (fits) {
      into.set(sha256, at);
    }
    return fits;
  }
  if (!/^[0-9a-fA-F]{64}$/.test(sha256)) {
    return false;
  }
  for (let byte = 0; byte < SHA256; byte += 1) {
    into[at + byte] = 16 * digit(sha256.charCodeAt(2 * byte)) + digit(sha256.charCodeAt(2 * byte + 1));
  }
  return true;
}

/** The value of a hexadecimal digit, by its code. */
const digit = (code) => (code & 15) + (code > 57 ? 9 : 0);

export function hex(bytes) {
  return bytes ? [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("") : null;
}
