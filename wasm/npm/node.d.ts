// Types of @image-cache/render for Node, Deno and Bun.

import type { Candles, FileOptions, Options, Picture as PictureOfAll, Spec } from "./index.js";

export * from "./index.js";

/** A picture that was drawn. */
export interface Picture extends PictureOfAll {
  /** Writes the PNG, whole or not at all. Folders that are not there yet are made. */
  save(path: string | URL): Promise<void>;
}

/** A picture of candles, or of the file at a path: any text that `image-cache import` reads. */
export function draw(candles: Candles, spec?: Spec, options?: Options): Promise<Picture>;
export function draw(file: string | URL | Blob, spec?: Spec, options?: FileOptions): Promise<Picture>;
