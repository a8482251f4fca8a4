// What was dropped or chosen, folders with all that is in them, and which of it makes a data set.

import { baseName, kindOf } from "./paths.js";

/** Whatever else may lie in a folder, this may hold candles or list pictures. */
const DATABASE = /\.(sqlite3?|db)$/i;
/** What systems and runs leave in folders, of which nobody needs to be told. */
const LITTER = /(^|\/)(\.[^/]+|Thumbs\.db|desktop\.ini|[^/]+\.lock)$/i;
const BESIDE = /-(wal|shm|journal)$/;

/** A file that was dropped, chosen or found in a folder: its path, with the folder's name. */
export const pathOf = (one) => one.path ?? (one.webkitRelativePath || one.name);

/** The file itself, which in a dropped folder is opened only now. */
export function fileOf(one) {
  return one.entry ? new Promise((resolve, reject) => one.entry.file(resolve, reject)) : one;
}

/**
 * The files of a drop, as they are, or what is in its folders. This has to be called
 * while the drop is told of; the files come later.
 */
export function dropped(data) {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [...data.files];
  return entries.some((entry) => entry.isDirectory) ? walk(entries) : Promise.resolve(files);
}

async function walk(entries) {
  const found = [];
  const folders = [];
  const take = (entry, path) => {
    if (entry.isDirectory) {
      folders.push({ reader: entry.createReader(), path });
    } else {
      found.push({ path, name: entry.name, entry });
    }
  };
  entries.forEach((entry) => take(entry, entry.name));
  while (folders.length > 0) {
    const { reader, path } = folders.pop();
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)).catch((error) => {
        throw new Error(`the folder ${path} cannot be read: ${error.message}`);
      });
      if (some.length === 0) {
        break;
      }
      some.forEach((entry) => take(entry, `${path}/${entry.name}`));
    }
  }
  if (found.length === 0) {
    throw new Error(`the folder ${entries[0].name} is empty`);
  }
  return found;
}

/** What of the files makes a data set, and the rest, which may be candles. A single loose picture makes none. */
export function claim(files) {
  const parts = { picture: [], tar: [], parquet: [], manifest: [], description: [] };
  const databases = [];
  const rest = [];
  const strange = [];
  for (const one of files) {
    const path = pathOf(one);
    const kind = kindOf(path);
    if (kind) {
      parts[kind].push(one);
    } else if (DATABASE.test(path) || BESIDE.test(path)) {
      databases.push(one);
    } else if (path.includes("/")) {
      if (!LITTER.test(path)) {
        strange.push(one);
      }
    } else {
      rest.push(one);
    }
  }
  const all = Object.values(parts).flat();
  const isLoose = all.length === 1 && parts.picture.length === 1 && !pathOf(all[0]).includes("/");
  if (all.length === 0 || isLoose) {
    return { set: null, rest: [...all, ...databases, ...rest, ...strange] };
  }
  return { set: { parts, databases, strange: strange.map(pathOf), name: nameOf(all) }, rest };
}

/** The folder that all files lie in, else the first file and how many more there are. */
function nameOf(files) {
  const [first] = pathOf(files[0]).split("/");
  const same = files.every((one) => pathOf(one).startsWith(`${first}/`));
  return same || files.length === 1 ? first : `${baseName(pathOf(files[0]))} and ${files.length - 1} more`;
}

/** Databases with what lies beside each. */
export function databasesOf(files) {
  const mains = files.filter((one) => !BESIDE.test(pathOf(one)));
  return mains.map((main) => [
    main,
    ...files.filter((one) => BESIDE.test(pathOf(one)) && pathOf(one).replace(BESIDE, "") === pathOf(main)),
  ]);
}
