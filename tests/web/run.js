// The golden cases in the page's own module, for Node and for browsers. What is
// asked and answered is the same as everywhere: tests/src/runner.rs.

import init from "./image_cache.js";

/** The answer to `question`, "all" or "show NAME", from the module's and the cases' bytes. */
export async function answer(module, cases, question) {
  const wasm = await init({ module_or_path: module });
  const [what, name] = question.split(" ");
  if (what === "show") {
    const request = read(cases).find((known) => known.name === name)?.request;
    if (!request) throw new Error(`there is no case ${name}`);
    const scene = new TextDecoder().decode(ask(wasm, "scene", request));
    return `${hex(ask(wasm, "render", request))}\n${scene}`;
  }
  const lines = [];
  for (const { name, request } of read(cases)) {
    const file = await sha256(ask(wasm, "render", request));
    const pixels = await sha256(ask(wasm, "pixels", request));
    lines.push(`${name} ${file} ${pixels}\n`);
  }
  return lines.join("");
}

/** Names and requests, each after its length. */
function read(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const part = () => {
    const length = view.getUint32(at, true);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  const cases = [];
  while (at < bytes.length) {
    cases.push({ name: new TextDecoder().decode(part()), request: part() });
  }
  return cases;
}

/** Sends a request through the C ABI. Memory may move whenever the module is called, so views are made anew. */
function ask(wasm, door, request) {
  const room = wasm.alloc(request.length) >>> 0;
  new Uint8Array(wasm.memory.buffer).set(request, room);
  const response = wasm[door](room, request.length) >>> 0;
  wasm.free(room, request.length);
  const view = new DataView(wasm.memory.buffer);
  const [status, length] = [view.getUint32(response, true), view.getUint32(response + 4, true)];
  const payload = new Uint8Array(wasm.memory.buffer).slice(response + 8, response + 8 + length);
  wasm.free(response, 8 + length);
  if (status !== 0) throw new Error(new TextDecoder().decode(payload));
  return payload;
}

async function sha256(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
