// @image-cache/render for Node, Deno and Bun: all of `index.js`, and pictures from files and into files.

import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Picture, draw as drawCandles, drawText } from "./index.js";
import { readWith } from "./lib/module.js";

export * from "./index.js";

// The modules lie beside this file. `fetch` reads no files.
readWith((url) => {
  const isFile = url instanceof URL ? url.protocol === "file:" : !/^https?:/.test(url);
  return isFile ? readFile(url) : fetch(url);
});

/** A picture of candles, or of the file at a path: any text that `image-cache import` reads. */
export async function draw(candles, spec, options = {}) {
  if (typeof candles !== "string" && !(candles instanceof URL)) {
    return drawCandles(candles, spec, options);
  }
  const path = candles instanceof URL ? fileURLToPath(candles) : candles;
  const bytes = await readFile(path);
  try {
    return await drawText(bytes, basename(path), spec, options);
  } catch (error) {
    const { constructor: Kind = Error } = error;
    throw Object.assign(new Kind(`${path}: ${error.message}`, { cause: error }), error);
  }
}

/** Writes the PNG, whole or not at all. Folders that are not there yet are made. */
Picture.prototype.save = async function save(path) {
  const file = resolve(path instanceof URL ? fileURLToPath(path) : path);
  await mkdir(dirname(file), { recursive: true });
  const beside = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    const handle = await open(beside, "wx");
    try {
      await handle.writeFile(this.png);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
};
