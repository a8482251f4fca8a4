// SQLite's way to files that stay where they are: it reads the pages that it needs, and writes none.

const BLOCK = 256 << 10;
const KEPT = 32;
export const NAME = "files";

/** The files that may be opened, by the paths that SQLite is told. */
const files = new Map();
/** The open ones, by SQLite's pointers. */
const opened = new Map();
let installed = false;

/** Lets SQLite open a file by a path, until it is `drop`ped. */
export function offer(sqlite3, path, file) {
  install(sqlite3);
  files.set(path, { file, size: file.size, blocks: new Map() });
}

export function drop(path) {
  files.delete(path);
}

function block(entry, number) {
  const kept = entry.blocks.get(number);
  if (kept) {
    return kept;
  }
  const part = entry.file.slice(number * BLOCK, (number + 1) * BLOCK);
  const bytes = new Uint8Array(new FileReaderSync().readAsArrayBuffer(part));
  entry.blocks.set(number, bytes);
  if (entry.blocks.size > KEPT) {
    entry.blocks.delete(entry.blocks.keys().next().value);
  }
  return bytes;
}

/** Fills `into` with what is there from `at` on; whether it was filled. */
function fill(entry, at, into) {
  let done = 0;
  while (done < into.length && at + done < entry.size) {
    const number = Math.floor((at + done) / BLOCK);
    const part = block(entry, number).subarray(at + done - number * BLOCK).subarray(0, into.length - done);
    if (part.length === 0) {
      break;
    }
    into.set(part, done);
    done += part.length;
  }
  into.fill(0, done);
  return done === into.length;
}

function install(sqlite3) {
  if (installed) {
    return;
  }
  installed = true;
  const { capi, wasm } = sqlite3;
  const usual = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null));
  const vfs = new capi.sqlite3_vfs();
  const io = new capi.sqlite3_io_methods();
  vfs.$iVersion = 1;
  vfs.$szOsFile = capi.sqlite3_file.structInfo.sizeof;
  vfs.$mxPathname = 512;
  vfs.$xRandomness = usual.$xRandomness;
  vfs.$xSleep = usual.$xSleep;
  io.$iVersion = 1;
  // Each is a function of its own: SQLite's JavaScript gives one function one signature.
  const fine = () => () => 0;
  const refused = () => () => capi.SQLITE_READONLY;
  const methods = {
    xClose(pointer) {
      opened.delete(pointer);
      return 0;
    },
    xRead(pointer, to, length, at) {
      try {
        const into = wasm.heap8u().subarray(to, to + length);
        return fill(opened.get(pointer), Number(at), into) ? 0 : capi.SQLITE_IOERR_SHORT_READ;
      } catch {
        return capi.SQLITE_IOERR_READ;
      }
    },
    xWrite: refused(),
    xTruncate: refused(),
    xSync: fine(),
    xFileSize(pointer, to) {
      wasm.poke64(to, BigInt(opened.get(pointer).size));
      return 0;
    },
    xLock: fine(),
    xUnlock: fine(),
    xCheckReservedLock(_, to) {
      wasm.poke32(to, 0);
      return 0;
    },
    xFileControl: () => capi.SQLITE_NOTFOUND,
    xSectorSize: () => 4096,
    xDeviceCharacteristics: fine(),
  };
  sqlite3.vfs.installVfs({
    io: { struct: io, methods },
    vfs: {
      struct: vfs,
      name: NAME,
      methods: {
        xOpen(_, path, pointer, flags, flagsOut) {
          const name = path ? wasm.cstrToJs(path) : null;
          // A -wal that is not there is one in which nothing stands.
          const entry = files.get(name) ?? (name?.endsWith("-wal") ? { size: 0 } : null);
          if (!entry) {
            return capi.SQLITE_CANTOPEN;
          }
          opened.set(pointer, entry);
          const file = new capi.sqlite3_file(pointer);
          file.$pMethods = io.pointer;
          file.dispose();
          if (flagsOut) {
            wasm.poke32(flagsOut, flags);
          }
          return 0;
        },
        xAccess(_, path, flags, to) {
          wasm.poke32(to, Number(files.has(wasm.cstrToJs(path))));
          return 0;
        },
        xDelete: fine(),
        xFullPathname(_, path, length, to) {
          return wasm.cstrncpy(to, path, length) < length ? 0 : capi.SQLITE_CANTOPEN;
        },
        xCurrentTime(_, to) {
          wasm.poke(to, 2440587.5 + Date.now() / 86_400_000, "double");
          return 0;
        },
        xGetLastError: fine(),
      },
    },
  });
}
