// Times of users as milliseconds since 1970, UTC.

const DAY = 86_400_000;
/** From 2^53 on, two neighbouring times are one number. */
const LIMIT = 2 ** 53;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})0{0,6})?)?\s*(?:([Zz])|([+-])(\d\d):?(\d\d))?)?$/;

/**
 * A number of milliseconds, a bigint, a `Date`, or a text: ISO 8601, or the digits of such a number. What tells no zone
 * is UTC, never the zone of this machine. `what` names the time in errors.
 */
export function milliseconds(time, what) {
  if (typeof time === "number" || typeof time === "bigint") {
    return whole(Number(time), time, what);
  }
  if (time instanceof Date) {
    return whole(time.getTime(), "of an invalid Date", what);
  }
  if (typeof time !== "string") {
    throw new TypeError(`${what} is ${kind(time)}; give milliseconds since 1970, a Date, or a text such as 2024-05-01T12:00Z`);
  }
  const text = time.trim();
  if (/^-?\d{9,}$/.test(text)) {
    return whole(Number(text), text, what);
  }
  const ms = iso(text);
  if (ms === null) {
    throw new RangeError(`${what} ${quoted(time)} is no time; write 2024-05-01, 2024-05-01T12:00Z, or milliseconds since 1970`);
  }
  return ms;
}

function whole(ms, shown, what) {
  if (!Number.isInteger(ms) || Math.abs(ms) >= LIMIT) {
    throw new RangeError(`${what} ${shown} is not a whole number of milliseconds below 2^53`);
  }
  // There is one midnight of 1970.
  return ms + 0;
}

function iso(text) {
  const found = ISO.exec(text);
  if (!found) {
    return null;
  }
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((digits) => Number(digits ?? 0));
  // `Date.UTC` takes years below 100 for those of the last century, and the 30th of February for the 1st of March.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const [east, hours, minutes] = [found[9] === "-" ? -1 : 1, Number(found[10] ?? 0), Number(found[11] ?? 0)];
  if (!isDay || hour > 23 || minute > 59 || second > 59 || hours > 23 || minutes > 59) {
    return null;
  }
  const fraction = Number((found[7] ?? "0").padEnd(3, "0"));
  const offset = east * (60 * hours + minutes);
  return date.getTime() + 60_000 * (60 * hour + minute - offset) + 1000 * second + fraction;
}

/** A time as texts of errors show it. */
export function shown(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString().replace(".000Z", "Z");
}

/** A length of time as texts of errors show it. */
export function length(ms) {
  return code(ms) ?? `${ms} ms`;
}

/** The code of an interval that long: `15m`, `4h`, `1d`. None where no unit fits, or where it may be months. */
export function code(ms) {
  if (!(ms > 0) || ms % 1000 !== 0 || ms >= 28 * DAY) {
    return null;
  }
  const units = [["w", 7 * DAY], ["d", DAY], ["h", 3_600_000], ["m", 60_000], ["s", 1000]];
  const [letter, unit] = units.find(([, unit]) => ms % unit === 0);
  return `${ms / unit}${letter}`;
}

/** What a value is, for errors. */
export function kind(value) {
  if (value === null || value === undefined) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return "an array";
  }
  const type = typeof value;
  if (type === "object") {
    const name = Object.getPrototypeOf(value)?.constructor?.name;
    return name && name !== "Object" ? `a ${name}` : "an object";
  }
  return type === "function" ? "a function" : `the ${type} ${type === "string" ? quoted(value) : String(value)}`;
}

/** A text in quotes, cut where it is long. */
export function quoted(text) {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
