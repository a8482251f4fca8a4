// Parquet, by hyparquet, which is loaded with the first such file: lists of pictures, and pictures themselves.

import { readAt } from "./bytes.js";

/** Columns that are read of every row. */
const TOLD = ["file_name", "file_path", "path", "symbol", "interval", "start", "end", "label", "horizon", "split", "sha256", "spec"];
/** Rows that are read at once where only their texts are. */
const ROWS = 8192;
/** A part of a file that one picture is read from is no larger. */
const MOST = 256 << 20;
/** Parts of files that are kept, since neighbours are looked at together. */
const KEPT = 6;

let loading = null;

function hyparquet() {
  loading ??= Promise.all([import("../hyparquet/metadata.js"), import("../hyparquet/read.js")]).then(
    ([{ parquetMetadataAsync }, { parquetRead }]) => ({ parquetMetadataAsync, parquetRead }),
  );
  return loading;
}

/** A file as hyparquet reads it, of which the last parts are kept. */
function buffer(file) {
  const kept = new Map();
  return {
    byteLength: file.size,
    slice(from, until = file.size) {
      if (until - from > MOST) {
        throw new Error(`one part of it has ${until - from} bytes, more than the page reads at once`);
      }
      const key = `${from} ${until}`;
      const bytes = kept.get(key) ?? readAt(file, from, until - from).buffer;
      kept.delete(key);
      kept.set(key, bytes);
      if (kept.size > KEPT) {
        kept.delete(kept.keys().next().value);
      }
      return bytes;
    },
  };
}

/** Whether a file ends as Parquet does. */
export function isParquet(file) {
  return file.size >= 12 && new TextDecoder().decode(readAt(file, file.size - 4, 4)) === "PAR1";
}

/** Opens a file: whether it holds pictures or lists them, its classes, and ways to read both. */
export async function openParquet(file) {
  const { parquetMetadataAsync, parquetRead } = await hyparquet();
  const source = buffer(file);
  if (!isParquet(file)) {
    throw new Error("it has no end as Parquet has, so it is cut off or something else; all of it was left out");
  }
  const metadata = await parquetMetadataAsync(source, { geoparquet: false });
  const columns = metadata.schema.map(({ name }) => name);
  const hasPictures = columns.includes("image") && columns.includes("bytes");
  const names = ["file_name", "file_path", "path"].filter((name) => top(metadata).includes(name));
  if (!hasPictures && names.length === 0) {
    throw new Error("it neither holds pictures (image.bytes) nor lists them (file_path), so it is no data set");
  }
  const read = async (wanted, rowStart, rowEnd) => {
    let found = [];
    await parquetRead({
      file: source,
      metadata,
      columns: wanted,
      rowStart,
      rowEnd,
      rowFormat: "object",
      utf8: false,
      onComplete: (rows) => (found = rows),
    });
    return found;
  };
  const count = Number(metadata.num_rows);
  return {
    hasPictures,
    count,
    classes: hasPictures ? classes(metadata) : null,

    /** Calls `each(name, record, row)` for every row; the name is null where it lies beside the bytes. */
    async rows(each) {
      const wanted = TOLD.filter((name) => top(metadata).includes(name));
      for (let at = 0; at < count; at += ROWS) {
        const rows = await read(wanted, at, Math.min(count, at + ROWS));
        for (const [offset, row] of rows.entries()) {
          const record = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
          each(names.length > 0 && !hasPictures ? String(record[names[0]]) : null, record, at + offset);
        }
      }
    },

    /** The bytes of the picture of a row. */
    async picture(row) {
      const [found] = await read(["image"], row, row + 1);
      const bytes = found?.image?.bytes;
      if (!(bytes instanceof Uint8Array)) {
        throw new Error(`row ${row} of ${file.name} holds no picture`);
      }
      return { bytes, path: plain(found.image.path) ?? null };
    },
  };
}

/** The columns that lie in no group. */
function top(metadata) {
  const [root, ...rest] = metadata.schema;
  const names = [];
  for (let at = 0; at < rest.length && names.length < root.num_children; ) {
    names.push(rest[at].name);
    let inside = rest[at].num_children ?? 0;
    for (at += 1; inside > 0; at += 1) {
      inside += (rest[at]?.num_children ?? 0) - 1;
    }
  }
  return names;
}

/** A value as JSON has it. */
function plain(value) {
  if (typeof value === "bigint") {
    return Number(value);
  }
  if (value instanceof Uint8Array) {
    return new TextDecoder().decode(value);
  }
  return value instanceof Date ? value.getTime() : value;
}

/** The classes that a file of Hugging Face's names, or null. */
function classes(metadata) {
  const about = metadata.key_value_metadata?.find(({ key }) => key === "huggingface")?.value;
  try {
    const names = JSON.parse(about).info.features.label.names;
    return Array.isArray(names) && names.length > 0 ? names : null;
  } catch {
    return null;
  }
}
