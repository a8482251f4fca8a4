// One entry of a list: what its text says, and the text that says it again.

/** Whether entries are of kinds, such as `sma:20`, and not of names that users choose. */
export const hasKinds = ({ takes }) => takes.colors.length > 0 && takes.words.length === 0;

/** Whether nothing is known of the parts of entries. */
export const isPlain = ({ takes }) => takes.colors.length === 0;

/** The kinds of a list, by their names: an entry of each, and how many colours it has. */
export function kinds({ takes }) {
  return new Map(takes.examples.map((text, at) => [text.split(":")[0], { text, colors: takes.colors[at] }]));
}

/** The groups of words that an entry of a list may have one of each of. */
export const groups = ({ takes }) => takes.words.map((words) => words.split(" "));

/** The parts of an entry: kind or name, numbers (none where the kind takes none), words, colours and width. */
export function read(knob, text) {
  if (isPlain(knob)) {
    return { kind: text, numbers: null, words: [], colors: [], width: "" };
  }
  const [kind, ...parts] = text.split(":");
  const known = kinds(knob).get(kind)?.text;
  // What is not known keeps what stands behind its name as it is.
  const hasNumbers = hasKinds(knob) && (known === undefined || known.includes(":"));
  const entry = { kind, numbers: hasNumbers ? (parts.shift() ?? "") : null, words: [], colors: [], width: "" };
  const words = groups(knob).flat();
  for (const part of parts) {
    if (part.startsWith("#")) {
      entry.colors = part.split(",");
    } else if (words.includes(part)) {
      entry.words.push(part);
    } else {
      entry.width = part;
    }
  }
  return entry;
}

/** The text of an entry. */
export function write({ kind, numbers, words, colors, width }) {
  const parts = [kind, ...(numbers === null ? [] : [numbers]), ...words];
  return [...parts, ...(colors.length > 0 ? [colors.join(",")] : []), ...(width === "" ? [] : [width])].join(":");
}
