// The two wasm modules: loaded once, from wherever the host keeps them, and asked through their C ABI.
//
// The module that draws is the one that image-cache's own page loads; what a picture looks like is decided in there alone.

import start, * as glue from "../image_cache.js";
import startReaders, * as readersGlue from "../image_cache_readers.js";

/** The files beside this package's entry. Bundlers know this form, and take the files along. */
const FILES = {
  draws: () => new URL("../image_cache_bg.wasm", import.meta.url),
  reads: () => new URL("../image_cache_readers_bg.wasm", import.meta.url),
};

/** How a host gets the bytes at an address; Node's entry puts its own in this place. */
let get = (url) => fetch(url);

export function readWith(how) {
  get = how;
}

const loading = { draws: null, reads: null };
/** What the modules export, once they are there. */
const there = { draws: null, reads: null };
/** Why a module cannot be used any more. */
const broken = { draws: null, reads: null };

/** Starts the module that draws, once: further calls wait for the first one. */
export function load(source) {
  return once("draws", start, source);
}

/** The same with the module that reads texts. */
export function loadReaders(source) {
  return once("reads", startReaders, source);
}

function once(which, start, source) {
  if (loading[which] === null) {
    loading[which] = (async () => {
      const module = await compiled(source ?? FILES[which](), which);
      there[which] = await start({ module_or_path: module });
    })();
    // Another call may hand over what this one could not get.
    loading[which].catch(() => {
      loading[which] = null;
    });
  }
  return loading[which];
}

async function compiled(given, which) {
  const name = which === "draws" ? "image_cache_bg.wasm" : "image_cache_readers_bg.wasm";
  const advice = `hand it over: ${which === "draws" ? "init" : "initReaders"}(module)`;
  let source = await given;
  // Bundlers and `import * as` give a namespace.
  if (source?.default !== undefined && !ArrayBuffer.isView(source)) {
    source = source.default;
  }
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  let bytes = source;
  let from = "what was handed over";
  try {
    if (typeof source === "string" || source instanceof URL) {
      from = String(source);
      bytes = await get(source);
    }
    if (typeof Response === "function" && bytes instanceof Response) {
      if (!bytes.ok) {
        throw new Error(`the server answers ${bytes.status} ${bytes.statusText}`.trim());
      }
      const isWasm = bytes.headers.get("content-type")?.startsWith("application/wasm");
      if (isWasm && WebAssembly.compileStreaming) {
        return await WebAssembly.compileStreaming(bytes);
      }
      bytes = await bytes.arrayBuffer();
    }
  } catch (error) {
    throw new Error(`${name} cannot be loaded from ${from}: ${error.message}; serve the package's files, or ${advice}`, {
      cause: error,
    });
  }
  if (!(bytes instanceof ArrayBuffer || ArrayBuffer.isView(bytes))) {
    throw new TypeError(`${name}: give a WebAssembly.Module, its bytes, a Response, or the address of it`);
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new Error(`${name}: ${from} is no such module: ${error.message}; ${advice}`, { cause: error });
  }
}

export const isLoaded = () => there.draws !== null;
export const areReadersLoaded = () => there.reads !== null;

/** Calls a function of the module that draws; what the core refuses becomes a `RangeError` with its words. */
export function call(name, ...args) {
  return drawing(() => glue[name](...args));
}

/** Uses the module that reads, whose errors are `Error`s with their own words. */
export function reading(use) {
  return guarded("reads", () => use(readersGlue));
}

function drawing(use) {
  try {
    return guarded("draws", use);
  } catch (error) {
    throw broken.draws === error || !there.draws ? error : new RangeError(error.message, { cause: error });
  }
}

function guarded(which, use) {
  if (broken[which]) {
    throw broken[which];
  }
  if (!there[which]) {
    const [what, how] = which === "draws" ? ["draws", "init"] : ["reads texts", "initReaders"];
    throw new Error(`the module that ${what} is not there yet: await ${how}() first`);
  }
  try {
    return use(there[which]);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) {
      throw error;
    }
    const why = "no memory is left for it, or this is a mistake of image-cache, of which its maintainers would like to hear";
    broken[which] = new Error(`the module has stopped (${error.message}): ${why}; load it anew, in a new process or page`, {
      cause: error,
    });
    throw broken[which];
  }
}

/**
 * Sends a request to a door of the module: `render`, `pixels` or `geometry`. `header` is the request's JSON,
 * `candles` writes `size` bytes into a `DataView`.
 */
export function ask(door, header, size, candles) {
  const text = new TextEncoder().encode(header);
  const length = 4 + text.length + size;
  return drawing((wasm) => {
    const room = wasm.alloc(length) >>> 0;
    if (room === 0) {
      throw new Error(`there is no memory for a request of ${length} bytes`);
    }
    // Memory may move whenever the module is called, so views are made anew.
    new DataView(wasm.memory.buffer).setUint32(room, text.length, true);
    new Uint8Array(wasm.memory.buffer, room + 4, text.length).set(text);
    candles(new DataView(wasm.memory.buffer, room + 4 + text.length, size));
    const response = wasm[door](room, length) >>> 0;
    wasm.free(room, length);
    const view = new DataView(wasm.memory.buffer, response, 8);
    const [status, bytes] = [view.getUint32(0, true), view.getUint32(4, true)];
    const payload = new Uint8Array(wasm.memory.buffer).slice(response + 8, response + 8 + bytes);
    wasm.free(response, 8 + bytes);
    if (status !== 0) {
      throw new Error(new TextDecoder().decode(payload));
    }
    return payload;
  });
}
