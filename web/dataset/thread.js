// The page's end of the data set's thread, which starts with the first data set.

import { Thread } from "../thread.js";

let thread = null;

function start() {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const started = new Thread(worker, "data set");
  worker.onerror = (event) => {
    started.fail(event);
    thread = null;
  };
  return started;
}

/** Calls a function of the data set's `worker.js`. */
export function ask(name, args = [], progress = undefined) {
  thread ??= start();
  return thread.call(name, args, { progress });
}
