// Shards of tar: where the pictures in them lie. Only headers and the small files beside pictures are read.

import { readAt } from "./bytes.js";

const BLOCK = 512;
/** A header with the small files of a picture usually fits; what is between is passed over. */
const WINDOW = 8 * BLOCK;
/** What stands beside a picture is smaller. */
const SMALL = 1 << 20;
const PICTURE = /^(png|jpe?g|webp)$/i;

const text = (bytes) => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/**
 * Calls `each({key, name, offset, size, json, cls})` for each picture of a tar, whose offsets are those of the file.
 * The answer tells what of it was left out: `{other, why}`.
 */
export function readTar(file, each, progress) {
  const out = { other: 0, why: null };
  let window = { at: 0, bytes: new Uint8Array(0) };
  const bytes = (from, length) => {
    if (from < window.at || from + length > window.at + window.bytes.length) {
      window = { at: from, bytes: readAt(file, from, Math.max(length, WINDOW)) };
    }
    return window.bytes.subarray(from - window.at, from - window.at + length);
  };
  let sample = null;
  const done = () => {
    if (sample?.picture) {
      each({ key: sample.key, ...sample.picture, json: sample.json, cls: sample.cls });
    }
    sample = null;
  };
  let at = 0;
  let long = {};
  for (;;) {
    const header = bytes(at, BLOCK);
    if (header.length < BLOCK) {
      out.why = header.length > 0 ? `it is cut off at byte ${file.size}, in the middle of a header` : "its end mark is missing, so it may be cut off";
      break;
    }
    if (header.every((byte) => byte === 0)) {
      if (at === 0) {
        out.why = "it begins with zeros, so it holds nothing";
      }
      break;
    }
    const size = long.size ?? number(header.subarray(124, 136));
    if (!isHeader(header) || !(size >= 0)) {
      out.why = `it is damaged at byte ${at}: no header of tar is there; what comes after was left out`;
      break;
    }
    const kind = String.fromCharCode(header[156]);
    const from = at + BLOCK;
    const next = from + Math.ceil(size / BLOCK) * BLOCK;
    const name = long.path ?? fullName(header);
    if (from + size > file.size) {
      out.why = `it is cut off at byte ${file.size}: ${name} would reach to byte ${from + size}, and was left out with all after it`;
      // A picture whose small files are there but not itself is left out with them.
      break;
    }
    const ofLong = "LxgK".includes(kind);
    if (ofLong && size <= SMALL) {
      const told = bytes(from, size);
      long = kind === "L" ? { ...long, path: text(told) } : kind === "x" ? { ...long, ...pax(told) } : long;
    } else if (kind === "0" || kind === "\0") {
      long = {};
      const slash = name.lastIndexOf("/") + 1;
      const point = name.indexOf(".", slash);
      const key = point < 0 ? name : name.slice(0, point);
      const extension = point < 0 ? "" : name.slice(point + 1);
      if (sample?.key !== key) {
        done();
        sample = { key, picture: null, json: null, cls: null };
      }
      if (PICTURE.test(extension) && !sample.picture) {
        sample.picture = { name, offset: from, size };
      } else if ((extension === "json" || extension === "cls") && size <= SMALL) {
        sample[extension] = text(bytes(from, size).slice());
      } else {
        out.other += 1;
      }
    } else {
      long = {};
    }
    progress(Math.min(1, next / file.size));
    at = next;
  }
  done();
  return out;
}

/** Whether the sum of a header is right. */
function isHeader(header) {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    sum += at >= 148 && at < 156 ? 32 : header[at];
  }
  return sum === number(header.subarray(148, 156));
}

/** A number of a header: octal digits, or bytes where it is large. */
function number(bytes) {
  if (bytes[0] & 0x80) {
    return bytes.slice(1).reduce((sum, byte) => 256 * sum + byte, bytes[0] & 0x7f);
  }
  const digits = text(bytes).trim();
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function fullName(header) {
  const name = text(header.subarray(0, 100));
  const isUstar = text(header.subarray(257, 263)) === "ustar";
  const prefix = isUstar ? text(header.subarray(345, 500)) : "";
  return prefix ? `${prefix}/${name}` : name;
}

/** What a header of pax says of the next file. */
function pax(bytes) {
  const said = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = Number(text(bytes.subarray(at, space)));
    if (!(length > 0)) {
      break;
    }
    const record = new TextDecoder().decode(bytes.subarray(space + 1, at + length - 1));
    const sign = record.indexOf("=");
    const [key, value] = [record.slice(0, sign), record.slice(sign + 1)];
    if (key === "path") {
      said.path = value;
    } else if (key === "size") {
      said.size = Number(value);
    }
    at += length;
  }
  return said;
}
