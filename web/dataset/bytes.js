// Parts of files, read in the data set's thread: never a whole file, whatever its size.

const CHUNK = 4 << 20;
/** No manifest of pictures has a longer line. */
const LONGEST = 1 << 20;

/** Bytes of a file, of which fewer come where it ends. */
export function readAt(file, from, length) {
  try {
    return new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(from, from + length)));
  } catch (error) {
    throw new Error(`${file.name} cannot be read: it was changed, moved or forbidden (${error.name})`);
  }
}

/** The lines of a text file, each with its number and the share of the file that is read. */
export function* lines(file) {
  const decoder = new TextDecoder();
  let rest = "";
  let number = 0;
  for (let at = 0; at < file.size; at += CHUNK) {
    const until = Math.min(file.size, at + CHUNK);
    const text = rest + decoder.decode(readAt(file, at, CHUNK), { stream: until < file.size });
    const parts = text.split("\n");
    rest = parts.pop();
    for (const part of parts) {
      number += 1;
      yield { number, text: part.endsWith("\r") ? part.slice(0, -1) : part, share: until / file.size };
    }
    if (rest.length > LONGEST) {
      throw new Error(`line ${number + 1} is longer than 1 MB, so it is no list of pictures`);
    }
  }
  if (rest !== "") {
    yield { number: number + 1, text: rest, share: 1 };
  }
}

/** A file's bytes as one text; only for what is known to be small. */
export function wholeText(file) {
  if (file.size > CHUNK) {
    throw new Error(`it has ${file.size} bytes, far more than such a file has`);
  }
  return new TextDecoder().decode(readAt(file, 0, file.size));
}
