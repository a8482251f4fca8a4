// Where the modules come from, on hosts of all kinds.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { rows } from "./common.mjs";

const SPEC = { size: 64, window: 60 };
const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url));
const draws = file("image_cache_bg.wasm");
const reads = file("image_cache_readers_bg.wasm");
const chaos = rows(60).filter((_, at) => at % 7 !== 3);

/** The package as a host has it that loads it for the first time; `index.js` is that of hosts without files. */
async function fresh(use) {
  const worker = `
    import { parentPort, workerData } from "node:worker_threads";
    const ic = await import(workerData.entry);
    const module = await import(workerData.module);
    const use = (0, eval)(workerData.use);
    try {
      parentPort.postMessage({ result: await use(ic, { ...workerData, module }) });
    } catch (error) {
      parentPort.postMessage({ error: error.name + ": " + error.message });
    }`;
  const workerData = {
    entry: new URL("../index.js", import.meta.url).href,
    module: new URL("../lib/module.js", import.meta.url).href,
    use: use.toString(),
    draws,
    reads,
    rows: rows(),
    chaos,
    spec: SPEC,
    address: server.address().port,
  };
  return new Promise((resolve, reject) => {
    const url = new URL(`data:text/javascript,${encodeURIComponent(worker)}`);
    const thread = new Worker(url, { workerData });
    thread.once("message", (answer) => {
      resolve(answer.error ?? answer.result);
      thread.terminate();
    });
    thread.once("error", reject);
  });
}

/** Gives the modules with and without their type, and a page where there is none, as servers of one page do. */
const server = createServer(({ url }, response) => {
  const name = url.split("/").at(-1);
  if (name.endsWith(".wasm") && !url.startsWith("/page/")) {
    response.setHeader("content-type", url.startsWith("/typed/") ? "application/wasm" : "application/octet-stream");
    response.end(name === "image_cache_bg.wasm" ? draws : reads);
  } else if (url.startsWith("/page/")) {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html>");
  } else {
    response.statusCode = 404;
    response.end("none");
  }
}).listen(0);
server.unref();

test("a module can be handed over in every form that hosts have it in", async () => {
  const expected = await fresh(async (ic, { draws, rows, spec }) => {
    await ic.init(draws);
    return ic.sha256(rows, spec);
  });
  match(expected, /^[0-9a-f]{64}$/);
  const forms = [
    (ic, { draws }) => ic.init(new WebAssembly.Module(draws)),
    (ic, { draws }) => ic.init({ default: new WebAssembly.Module(draws) }),
    (ic, { draws }) => ic.init(Promise.resolve(draws.buffer.slice(draws.byteOffset, draws.byteOffset + draws.byteLength))),
    (ic, { address }) => ic.init(`http://localhost:${address}/typed/image_cache_bg.wasm`),
    (ic, { address }) => ic.init(new URL(`http://localhost:${address}/plain/image_cache_bg.wasm`)),
    (ic, { address }) => ic.init(fetch(`http://localhost:${address}/typed/image_cache_bg.wasm`)),
  ];
  for (const form of forms) {
    const use = `async (ic, data) => { await (${form})(ic, data); return ic.sha256(data.rows, data.spec); }`;
    equal(await fresh(use), expected, String(form));
  }
});

test("what is no module is refused, with where it came from and what to do, and the next one is taken", async () => {
  const of = (form) => fresh(`async (ic, data) => { await (${form})(ic, data); return "started"; }`);
  match(await of((ic) => ic.init(new Uint8Array(100))), /^Error: image_cache_bg\.wasm: what was handed over is no such module: .*; hand it over: init\(module\)/);
  match(await of((ic) => ic.init(42)), /^TypeError: image_cache_bg\.wasm: give a WebAssembly\.Module, its bytes, a Response/);
  match(await of((ic) => ic.init({})), /^TypeError: image_cache_bg\.wasm: give a WebAssembly/);
  match(await of((ic, { address }) => ic.init(`http://localhost:${address}/none.wasmx`)), /^Error: image_cache_bg\.wasm cannot be loaded from http:.*none\.wasmx: the server answers 404 Not Found; serve/);
  match(await of((ic, { address }) => ic.init(`http://localhost:${address}/page/image_cache_bg.wasm`)), /^Error: image_cache_bg\.wasm: http:.* is no such module: .*; hand it over/);
  // Here `fetch` reads no files, as in workers that have no address.
  match(await of((ic, { rows }) => ic.render(rows)), /^Error: image_cache_bg\.wasm cannot be loaded from file:.*; serve the package's files, or hand it over: init\(module\)/);
  match(await of((ic) => ic.parse("a")), /^Error: image_cache_readers_bg\.wasm cannot be loaded from file:.*initReaders\(module\)/);
  const again = await fresh(async (ic, { draws, rows, spec }) => {
    await ic.render(rows).catch(() => {});
    await ic.init(draws);
    return (await ic.render(rows, spec)).length > 100;
  });
  equal(again, true);
});

test("what needs the readers says so where they are not there", async () => {
  const sync = await fresh(async (ic, { draws, chaos, spec }) => (await ic.init(draws)).render(chaos, { ...spec, window: 20 }));
  match(sync, /^Error: interval: candles do not lie evenly; give interval, such as "1h", or await initReaders\(\) first/);
  const waiting = await fresh(async (ic, { draws, chaos, spec }) => {
    await ic.init(draws);
    return ic.render(chaos, { ...spec, window: 20 });
  });
  match(waiting, /^Error: interval: candles do not lie evenly; give interval.*: image_cache_readers_bg\.wasm cannot be loaded/);
  const given = await fresh(async (ic, { draws, reads, chaos, spec }) => {
    await Promise.all([ic.init(draws), ic.initReaders(reads)]);
    return (await ic.draw(chaos, { ...spec, window: 20 })).interval;
  });
  equal(given, "1h");
});

test("many calls at once start a module once", async () => {
  const counted = await fresh(async (ic, { draws, rows, spec }) => {
    let count = 0;
    const compile = WebAssembly.compile;
    WebAssembly.compile = (bytes) => {
      // Node has small modules of its own.
      count += bytes.byteLength === draws.length ? 1 : 0;
      return compile(bytes);
    };
    await Promise.all([ic.init(draws), ic.init(draws), ic.render(rows, spec), ic.styles()]);
    return count;
  });
  equal(counted, 1);
});

test("a trap of the module becomes words, and so does all that is asked of it afterwards", async () => {
  const told = await fresh(async (ic, { draws, rows, spec, module }) => {
    await ic.init(draws);
    const message = (use) => use().then(() => "nothing", (error) => `${error.name}: ${error.message}`);
    // Room whose alignment is no power of two ends every module of Rust.
    const trap = await message(async () => module.ask("__wbindgen_malloc", "odd", 0, () => {}));
    return [trap, await message(() => ic.render(rows, spec)), await message(() => ic.styles())];
  });
  match(told[0], /^Error: the module has stopped \(unreachable\): no memory is left for it, or .*; load it anew/);
  deepEqual(told, [told[0], told[0], told[0]]);
});

test("a request that memory has no room for is refused, and the next one is answered", async () => {
  const told = await fresh(async (ic, { draws, rows, spec, module }) => {
    await ic.init(draws);
    const error = await ic.styles().then(() => {
      try {
        module.ask("render", "{}", 3e9, () => {});
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    });
    return [error, (await ic.render(rows, spec)).length > 100];
  });
  deepEqual(told, ["RangeError: there is no memory for a request of 3000000006 bytes", true]);
});
