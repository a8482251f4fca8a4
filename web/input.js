// Files and texts that come in by drop, dialog or paste, and what they are.

import { dropped, fileOf, pathOf } from "./dataset/folder.js";

/** The name of a text that came without one. */
export const PASTED = "pasted text";

const $ = (id) => document.getElementById(id);
const SQLITE = "SQLite format 3\0";
const BESIDE = /-(wal|shm|journal)$/;
const PNG = "\x89PNG\r\n\x1a\n";

/** A larger text is not read at all, and a larger database page by page. */
const LARGE_TEXT = 512 << 20;
const LARGE_DATABASE = 128 << 20;

/** Calls `take(files)` with whatever the user hands over: files, or a promise of them. */
export function listen(take) {
  const dialog = $("files");
  dialog.addEventListener("change", () => {
    take([...dialog.files]);
    // The same file may be chosen again.
    dialog.value = "";
  });
  for (const id of ["open", "welcome-open", "check", "own-open"]) {
    $(id).addEventListener("click", () => dialog.click());
  }
  const folder = $("folder");
  $("open-folder").addEventListener("click", () => folder.click());
  folder.addEventListener("change", () => {
    const none = Promise.reject(new Error("the folder is empty, or nothing in it may be read"));
    none.catch(() => {});
    take(folder.files.length > 0 ? [...folder.files] : none);
    folder.value = "";
  });

  let depth = 0;
  const holds = (event) => event.dataTransfer?.types.includes("Files");
  const dropping = (on) => ($("dropping").hidden = !on);
  addEventListener("dragenter", (event) => {
    if (holds(event)) {
      event.preventDefault();
      depth += 1;
      dropping(true);
    }
  });
  addEventListener("dragleave", (event) => {
    if (holds(event)) {
      depth -= 1;
      dropping(depth > 0);
    }
  });
  addEventListener("dragover", (event) => {
    if (holds(event)) {
      event.preventDefault();
    }
  });
  addEventListener("drop", (event) => {
    depth = 0;
    dropping(false);
    if (holds(event)) {
      event.preventDefault();
      take(dropped(event.dataTransfer));
    }
  });

  addEventListener("paste", (event) => {
    if (event.target.closest?.("input, textarea, select")) {
      return;
    }
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (files.length > 0) {
      take(files);
    } else if (text.trim() !== "") {
      take([new File([text], PASTED, { type: "text/plain" })]);
    }
  });
}

/** Reads files, and puts them where they belong by what is in them. */
export async function sort(files) {
  const found = { texts: [], databases: [], pictures: [] };
  const read = await Promise.all(files.map(open));
  // What lies beside a database belongs to it; it is never looked at alone.
  const companions = read.filter(({ name }) => BESIDE.test(name));
  for (const file of read.filter((one) => !companions.includes(one))) {
    if (starts(file.bytes ?? file.head, SQLITE)) {
      const own = companions.filter(({ name }) => name.replace(BESIDE, "") === file.name);
      found.databases.push([file, ...own]);
    } else if (starts(file.bytes, PNG)) {
      found.pictures.push(file);
    } else {
      found.texts.push(file);
    }
  }
  if (found.databases.length === 0 && companions.length > 0) {
    throw new Error(`${companions[0].name} holds only changes; drop the database itself with it`);
  }
  return found;
}

function starts(bytes, text) {
  return [...text].every((char, at) => bytes[at] === char.charCodeAt(0));
}

/** A file with its bytes; a large database stays where it is, and is read page by page. */
async function open(one) {
  const file = await fileOf(one);
  const { name, size } = file;
  const head = size > LARGE_DATABASE ? new Uint8Array(await file.slice(0, 100).arrayBuffer()) : null;
  if (head && (starts(head, SQLITE) || BESIDE.test(name))) {
    return { name, head, file };
  }
  if (size > LARGE_TEXT) {
    const told = `${pathOf(one)} has ${(size / 2 ** 30).toFixed(1)} GB, too much to be read here at once, and was left out`;
    throw new Error(`${told}: import it with image-cache import, and open the database`);
  }
  return { name, bytes: new Uint8Array(await file.arrayBuffer()), file };
}
