// The page's end of the renderer's thread.

const { early } = globalThis;
const { worker } = early;
const waiting = new Map();
let next = 0;

worker.onmessage = ({ data: { id, result, error, progress } }) => {
  const call = waiting.get(id);
  if (progress !== undefined) {
    call?.progress?.(progress);
    return;
  }
  waiting.delete(id);
  if (error === undefined) {
    call?.resolve(result);
  } else {
    call?.reject(new Error(error));
  }
};

function fail(event) {
  event.preventDefault();
  for (const { reject } of waiting.values()) {
    reject(new Error(event.message || "the renderer's thread could not be started"));
  }
  waiting.clear();
}

worker.onerror = (event) => {
  early.failure = event;
  fail(event);
};

/** Calls a function of `worker.js`. */
export function call(name, args = [], { progress, transfer = [] } = {}) {
  return new Promise((resolve, reject) => {
    const id = next++;
    waiting.set(id, { resolve, reject, progress });
    worker.postMessage({ id, call: name, args }, transfer);
    if (early.failure) {
      fail(early.failure);
    }
  });
}

/**
 * Renders at most one picture at a time: while one is being made, only the
 * newest of all further wishes is kept, so that dragging never lags behind.
 */
export class Latest {
  #running = null;
  #wish = null;

  constructor(make) {
    this.make = make;
  }

  ask(wish) {
    this.#wish = wish;
    this.#running ??= this.#run();
  }

  /** Waits until nothing is left to be made. */
  async idle() {
    await this.#running;
  }

  async #run() {
    while (this.#wish) {
      const wish = this.#wish;
      this.#wish = null;
      await this.make(wish);
    }
    this.#running = null;
  }
}
