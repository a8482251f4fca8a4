// Many names without an object for each: bytes behind each other, found by a hash.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Names {
  #bytes = new Uint8Array(1 << 14);
  /** Where each name ends in the bytes. */
  #ends = new Uint32Array(1 << 8);
  #slots = new Int32Array(1 << 9).fill(-1);
  #scratch = new Uint8Array(1 << 12);
  count = 0;

  /** The number of a name, which is there afterwards. */
  add(name) {
    const bytes = this.#encode(name);
    const slot = this.#slot(bytes);
    return this.#slots[slot] >= 0 ? this.#slots[slot] : this.#put(slot, bytes);
  }

  /** The number of a name, or -1. */
  find(name) {
    return this.#slots[this.#slot(this.#encode(name))];
  }

  text(number) {
    return decoder.decode(this.#at(number));
  }

  #at(number) {
    return this.#bytes.subarray(number === 0 ? 0 : this.#ends[number - 1], this.#ends[number]);
  }

  /** A text, or bytes as they are. */
  #encode(name) {
    if (typeof name !== "string") {
      return name;
    }
    if (this.#scratch.length < 3 * name.length) {
      this.#scratch = new Uint8Array(6 * name.length);
    }
    return this.#scratch.subarray(0, encoder.encodeInto(name, this.#scratch).written);
  }

  /** The slot that holds a name, or is free for it. */
  #slot(bytes) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < bytes.length; at += 1) {
      hash = Math.imul(hash ^ bytes[at], 0x01000193);
    }
    const mask = this.#slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot];
      if (number < 0 || same(this.#at(number), bytes)) {
        return slot;
      }
    }
  }

  #put(slot, bytes) {
    const number = this.count++;
    const from = number === 0 ? 0 : this.#ends[number - 1];
    const until = from + bytes.length;
    this.#bytes = grown(this.#bytes, until);
    this.#ends = grown(this.#ends, number + 1);
    this.#bytes.set(bytes, from);
    this.#ends[number] = until;
    this.#slots[slot] = number;
    if (2 * this.count > this.#slots.length) {
      this.#slots = new Int32Array(2 * this.#slots.length).fill(-1);
      for (let at = 0; at < this.count; at += 1) {
        this.#slots[this.#slot(this.#at(at))] = at;
      }
    }
    return number;
  }
}

/** Few values that many rows have: each is kept once. */
export class Values {
  list = [];
  #numbers = new Map();

  /** The number of a value; `key` tells values apart that are no texts. */
  add(value, key = value) {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.list.push(value) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** The same array, with room for so many. */
export function grown(array, length) {
  if (length <= array.length) {
    return array;
  }
  const larger = new array.constructor(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}

/** Whether two runs of bytes are the same. */
export function same(one, other) {
  if (one.length !== other.length) {
    return false;
  }
  for (let at = 0; at < one.length; at += 1) {
    if (one[at] !== other[at]) {
      return false;
    }
  }
  return true;
}
