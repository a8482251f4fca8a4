// The page's end of a thread: calls go to it, and answers and progress come back.

export class Thread {
  #worker;
  #name;
  #waiting = new Map();
  #next = 0;

  /** `name` says whose thread it is, where it cannot be started. */
  constructor(worker, name) {
    this.#worker = worker;
    this.#name = name;
    worker.onmessage = ({ data: { id, result, error, progress } }) => {
      const call = this.#waiting.get(id);
      if (progress !== undefined) {
        call?.progress?.(progress);
        return;
      }
      this.#waiting.delete(id);
      if (error === undefined) {
        call?.resolve(result);
      } else {
        call?.reject(new Error(error));
      }
    };
  }

  /** Calls a function of the thread. */
  call(name, args, { progress, transfer = [] } = {}) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject, progress });
      this.#worker.postMessage({ id, call: name, args }, transfer);
    });
  }

  /** Tells all who wait that the thread has failed. */
  fail(event) {
    event.preventDefault();
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(event.message || `the ${this.#name}'s thread could not be started`));
    }
    this.#waiting.clear();
  }
}
