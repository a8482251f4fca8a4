// What the names of files and folders say: what a file is, its split, its label, its window.

/** Folders that loaders know as splits. */
const SPLITS = new Set(["train", "training", "validation", "valid", "val", "dev", "test", "testing", "eval"]);
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_629_746_000, mo: 2_629_746_000 };

/** What a file of a data set is, or null where it is none of one, by its name alone. */
export function kindOf(path) {
  const name = baseName(path).toLowerCase();
  if (/\.(png|jpe?g|webp)$/.test(name)) {
    return "picture";
  }
  if (/\.tar$/.test(name)) {
    return "tar";
  }
  if (/\.parquet$/.test(name)) {
    return "parquet";
  }
  if (/^metadata\.(jsonl|csv)$/.test(name) || name === "manifest.csv" || name === "manifest.jsonl") {
    return "manifest";
  }
  return name === "dataset.json" ? "description" : null;
}

export const baseName = (path) => path.slice(path.lastIndexOf("/") + 1);

/** The folder of a path, with a slash at its end, or nothing. */
export const folderOf = (path) => path.slice(0, path.lastIndexOf("/") + 1);

/** What the cache's file names say: symbol, interval, end, size, window. */
export function parts(name) {
  const match =
    /^(.+)_([^_]+)_(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)_px(\d+(?:x\d+)?)_w(\d+)_v\d+(?:_(.+))?\.png$/.exec(name);
  if (!match) {
    return null;
  }
  const [, symbol, interval, day, hours, minutes, seconds, size, window, tag] = match;
  return { symbol, interval, end: `${day}T${hours}:${minutes}:${seconds}Z`, size, window, tag };
}

/** The split and the class that folders name, below the data set's own one. */
export function ofFolders(path, description) {
  const folders = path.split("/").slice(0, -1);
  let at = -1;
  if (description) {
    at = description.folder === "" ? 0 : description.folder.split("/").length - 1;
    const known = description.splits.some(({ name }) => name === folders[at]);
    at = known ? at : -1;
  } else {
    at = folders.findLastIndex((name) => SPLITS.has(name.toLowerCase()));
  }
  const inside = at < 0 ? [] : folders.slice(at);
  return { split: inside[0] ?? null, label: inside.length === 2 ? inside[1] : null };
}

/** The split that a shard's name begins with. */
export function ofShard(path) {
  return /^(.+?)-\d+(?:-of-\d+)?\.(?:tar|parquet)$/.exec(baseName(path))?.[1] ?? null;
}

/** The length of an interval in ms, 0 where its code says none. */
export function intervalMs(code) {
  const [, count, unit] = /^(\d+)(s|m|h|d|w|mo|M)$/.exec(code) ?? [];
  return unit ? Number(count) * UNITS[unit] : 0;
}
