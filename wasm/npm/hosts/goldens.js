// The golden cases through the package's own functions. What is answered is the same as everywhere: tests/src/runner.rs.

import { measures } from "./node_modules/@image-cache/render/lib/spec.js";

/** Lines `name file_sha256 pixel_sha256` of the cases that the package's functions can be asked for. */
export async function answer({ draw, init, specJson }, bytes) {
  await init();
  const lines = [];
  for (const [at, { name, header, candles }] of read(bytes).entries()) {
    // Of more warm-up than a spec needs, which its file would tell, the package takes what it needs.
    const isLong = header.warmup > measures(JSON.stringify(header.spec)).warmup;
    const asked = isLong ? null : question(header, candles, at);
    if (asked) {
      const picture = await draw(asked.candles, asked.spec, asked.options);
      // Text or object, a spec is the same.
      if (at % 7 === 0 && isOnce(header.spec) && (await specJson(JSON.parse(picture.spec))) !== picture.spec) {
        throw new Error(`${name}: its spec is another one as an object`);
      }
      lines.push(`${name} ${picture.sha256} ${await sha256(picture.pixels({ format: "rgb" }).data)}\n`);
    }
  }
  return lines.join("");
}

/** A case as a user would ask for it; in turns as objects, rows and columns, its spec as text or as an object. */
function question({ symbol, interval, interval_ms: intervalMs, spec, own }, candles, at) {
  const columns = candles[at % 2 === 0 ? "typed" : "plain"];
  const names = Object.keys(columns);
  const row = (_, index) => names.map((name) => columns[name][index]);
  const forms = [
    () => columns,
    () => Array.from(columns.time, row),
    () => Array.from(columns.time, (_, index) => Object.fromEntries(names.map((name) => [name, columns[name][index]]))),
  ];
  const options = { symbol, interval, intervalMs };
  const drawn = (spec.series ?? []).map((drawing) => drawing.split(":")[0]);
  if (drawn.some((name) => !(name in (own?.series ?? {}))) || (spec.marks && !own?.marks?.length)) {
    // The package wants what the spec draws.
    return null;
  }
  if (drawn.length > 0) {
    options.series = Object.fromEntries(drawn.map((name) => [name, values(own.series[name])]));
  }
  if (spec.marks) {
    options.marks = own.marks;
  }
  return { candles: forms[at % 3](), spec: at % 5 === 0 && isOnce(spec) ? spec : JSON.stringify(spec), options };
}

/** Whether no panel is named twice, which knobs take as a mistake. */
function isOnce({ panel_order: order, panel_heights: heights }) {
  return [order, heights].every((list) => new Set(list.map((text) => text.replace(/:\d+$/, ""))).size === list.length);
}

function values(rows) {
  const column = (part) => rows.map((row) => row[part] ?? null);
  const time = column("time");
  const isBand = rows.some(({ low, high }) => low !== high);
  return isBand ? { time, low: column("low"), high: column("high") } : { time, value: column("low") };
}

/** Names and requests of the module's C ABI, each after its length. */
function read(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const part = () => {
    const length = view.getUint32(at, true);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  const text = (bytes) => new TextDecoder().decode(bytes);
  const cases = [];
  while (at < bytes.length) {
    const name = text(part());
    const request = part();
    const length = new DataView(request.buffer, request.byteOffset).getUint32(0, true);
    const header = JSON.parse(text(request.subarray(4, 4 + length)));
    cases.push({ name, header, candles: candles(request.subarray(4 + length)) });
  }
  return cases;
}

function candles(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / 48;
  const from = (read) => Float64Array.from({ length: count }, (_, index) => read(48 * index));
  const names = ["open", "high", "low", "close", "volume"];
  const values = names.map((name, column) => [name, from((at) => view.getFloat64(at + 8 + 8 * column, true))]);
  const typed = { time: from((at) => Number(view.getBigInt64(at, true))), ...Object.fromEntries(values) };
  const plain = Object.fromEntries(Object.entries(typed).map(([name, values]) => [name, Array.from(values)]));
  return { typed, plain };
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
