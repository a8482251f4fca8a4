// The page's end of the renderer's thread.

import { Thread } from "./thread.js";

const { early } = globalThis;
const thread = new Thread(early.worker, "renderer");

early.worker.onerror = (event) => {
  early.failure = event;
  thread.fail(event);
};

/** Calls a function of `worker.js`. */
export function call(name, args = [], how = {}) {
  const answer = thread.call(name, args, how);
  if (early.failure) {
    thread.fail(early.failure);
  }
  return answer;
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
