// The page's end of the data set's thread, which starts with the first data set.

const waiting = new Map();
let worker = null;
let next = 0;

function start() {
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
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
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) {
      reject(new Error(event.message || "the data set's thread could not be started"));
    }
    waiting.clear();
    worker = null;
  };
}

/** Calls a function of the data set's `worker.js`. */
export function ask(name, args = [], progress = null) {
  if (!worker) {
    start();
  }
  return new Promise((resolve, reject) => {
    const id = next++;
    waiting.set(id, { resolve, reject, progress });
    worker.postMessage({ id, call: name, args });
  });
}
