// Files and texts that come in by drop, dialog or paste, and what they are.

/** The name of a text that came without one. */
export const PASTED = "pasted text";

const $ = (id) => document.getElementById(id);
const SQLITE = "SQLite format 3\0";
const PNG = "\x89PNG\r\n\x1a\n";

/** Calls `take(files)` with whatever the user hands over. */
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
      take([...event.dataTransfer.files]);
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
  const read = await Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
  // What lies beside a database belongs to it; it is never looked at alone.
  const beside = /-(wal|shm|journal)$/;
  const companions = read.filter(({ name }) => beside.test(name));
  for (const file of read.filter((one) => !companions.includes(one))) {
    if (starts(file.bytes, SQLITE)) {
      const own = companions.filter(({ name }) => name.replace(beside, "") === file.name);
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
