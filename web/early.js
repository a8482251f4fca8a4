// What the first picture waits for longest: the module, the worker, the sample.
// This is no module itself, so it runs before the page's body is laid out, and not
// when all modules are here.

// From a disk, browsers load no modules: without a word, the page would do nothing.
if (location.protocol === "file:") {
  addEventListener("DOMContentLoaded", () => {
    document.getElementById("from-disk").hidden = false;
    document.getElementById("welcome").hidden = true;
    for (const button of document.querySelectorAll(".bar button")) {
      button.hidden = true;
    }
  });
  throw new Error("this page has to come from a server");
}

globalThis.early = (() => {
  const worker = new Worker("worker.js", { type: "module" });
  const module = WebAssembly.compileStreaming(fetch("image_cache_bg.wasm"));
  // Whoever else waits for it tells what is wrong with it.
  module.then((module) => worker.postMessage({ call: "start", args: [module] }), () => {});

  const paths = ["sample/BTCUSDT-1h.csv", "sample/ETHUSD-4h.csv"];
  let files = null;
  /** The sample's files, fetched once, with as much of a `File` as is asked of them. */
  const sample = () => {
    files ??= Promise.all(
      paths.map(async (path) => {
        const bytes = await (await fetch(path)).arrayBuffer();
        return { name: path.split("/").pop(), arrayBuffer: async () => bytes.slice() };
      }),
    );
    return files;
  };
  if (location.hash.includes("data=sample")) {
    sample().catch(() => {});
    // What reads it is loaded meanwhile.
    worker.postMessage({ call: "names", args: [[]] });
  }

  const early = { module, worker, sample, failure: null };
  worker.onerror = (event) => (early.failure = event);
  return early;
})();
