// The data set that is open: its files, and how a picture's bytes are come by.

import { Knobs } from "../knobs/table.js";
import { fileOf } from "./folder.js";
import { baseName, parts } from "./paths.js";
import { LARGEST } from "./table.js";
import { ask } from "./thread.js";

export const set = {
  /** Its files, by the numbers that the thread knows them by. */
  files: [],
  name: "",
  /** What the thread tells of it as a whole. */
  about: null,
};

/** A picture's bytes, not yet read where they lie in a file. */
export async function blobOf({ file, offset, size, inParquet, name }) {
  if (file < 0) {
    throw new Error("its file is not there");
  }
  if (inParquet) {
    const { bytes } = await ask("picture", [file, offset]);
    return new Blob([bytes], { type: "image/png" });
  }
  let whole;
  try {
    whole = await fileOf(set.files[file]);
  } catch (error) {
    throw new Error(`its file cannot be opened (${error.name})`);
  }
  const blob = offset < 0 ? whole : whole.slice(offset, offset + size);
  if (blob.size > LARGEST) {
    throw new Error(`it has ${Math.round(blob.size / 1e6)} MB, more than any picture here`);
  }
  const extension = /\.(jpe?g|webp)$/i.exec(name)?.[1].toLowerCase();
  return blob.slice(0, blob.size, extension ? `image/${extension === "webp" ? "webp" : "jpeg"}` : "image/png");
}

/** A picture's bytes. */
export async function bytesOf(row) {
  const blob = await blobOf(row);
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new Error(`its file cannot be read (${error.name})`);
  }
}

/** The spec of a picture as JSON, where it is known: recorded, or a default one that the name tells wholly. */
export function specOf({ spec, name }) {
  if (spec?.startsWith("{")) {
    return spec;
  }
  const told = spec ? null : parts(baseName(name));
  return told && !told.tag ? new Knobs().with("size", told.size).with("window", told.window).spec().json : null;
}

/** What is needed to draw a picture, or why it cannot be drawn. */
export function wish(row) {
  const spec = specOf(row);
  if (row.symbol === null || row.end === null) {
    return { unable: "neither a list nor the name tells its symbol and end" };
  }
  if (spec === null) {
    return { unable: row.spec ? "its spec is known by its hash alone" : "nothing tells its spec" };
  }
  return { symbol: row.symbol, interval: row.interval, end: row.end, spec };
}

/** The SHA-256 of bytes in hexadecimal digits, or null where this page's address does not let it be made. */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) {
    return null;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
