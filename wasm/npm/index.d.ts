// Types of @image-cache/render for browsers, workers and bundlers; node.d.ts adds files.

/** A time: milliseconds since 1970, a `Date`, or ISO 8601. What tells no zone is UTC. */
export type Time = number | bigint | Date | string;
/** A price or volume. Texts of numbers are taken, too, as exchanges send them; `null` is a candle without a price. */
export type Value = number | string | bigint | null;
/** A list of values. */
export type List<T> = ArrayLike<T> & Iterable<T>;

/** Bytes of their own memory, as `Blob`, `Response` and files take them. */
export type Bytes = ReturnType<typeof Uint8Array.from>;
export type ClampedBytes = ReturnType<typeof Uint8ClampedArray.from>;

/** A candle by the names of its values. `open_time`, `date`, `timestamp`, `t`, `o`, `h`, `l`, `c`, `v` … are taken, too. */
export interface Candle {
  time: Time;
  open: Value;
  high: Value;
  low: Value;
  close: Value;
  /** 0 where absent in all. */
  volume?: Value;
}

/** Columns of candles, typed arrays or not. */
export interface Columns {
  time: List<Time>;
  open: List<Value>;
  high: List<Value>;
  low: List<Value>;
  close: List<Value>;
  volume?: List<Value>;
}

/** Candles, oldest first: objects, rows of time, open, high, low, close and volume, columns, or a `Series`. */
export type Candles =
  | readonly Candle[]
  | readonly List<Time | Value>[]
  | readonly Record<string, unknown>[]
  | Columns
  | Readonly<Record<"t", List<Time>> & Record<"o" | "h" | "l" | "c", List<Value>>>
  | Series;

/** What candles are of. */
export interface Names {
  /** What is traded: `CHART` where absent. */
  symbol?: string;
  /** The code of the interval, such as `15m`, `1h`, `1d` or `1M`; where absent the candles' times tell it. */
  interval?: string;
  /** The interval's length in ms, where its code is none of the usual ones. */
  intervalMs?: number;
}

/** Candles taken in once, so that many pictures of them cost no more than their drawing. */
export class Series {
  constructor(candles: Candles, names?: Names);
  readonly length: number;
  readonly symbol: string;
  /** The interval's code, or null where only the candles tell it. */
  readonly interval: string | null;
  readonly intervalMs: number | null;
  /** When candles open, in ms. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** What there is to know of the text that it was parsed of. */
  readonly source?: Source;
  /** The same candles under other names. */
  named(names: Names): Series;
  /** The candles from one position up to another one. */
  slice(from?: number, to?: number): Series;
  /** The position of the last candle at or before a time. */
  position(end?: Time): number;
}

/** What there is to know of a text of candles. */
export interface Source {
  /** What the text turned out to be, in words. */
  form: string;
  /** What its name and its rows do not agree on, and what neither tells. */
  doubts: string[];
  /** Rows of the text, bad ones too. */
  rows: number;
  /** Rows that are no candles, which were left out. */
  bad: number;
  /** The first of them, each with its line. */
  errors: string[];
  /** Whether the rows stood in another order. */
  sorted: boolean;
  /** Rows that said again what another one had said. */
  repeated: number;
  /** Rows that another one completes. */
  completed: number;
  /** Whether something told the symbol. */
  hasSymbol: boolean;
}

/** The names of knobs, as the command line has them, in camel case. `knobs()` tells all about each. */
export interface Knobs {
  /** Settings for a purpose, which every other knob beats: `cnn`, `price-trends`, `vlm`. */
  preset?: string;
  /** Pixels a side, or `1280x720`. */
  size?: number | string;
  /** Candles in a picture: 150 where absent, or all if there are fewer. */
  window?: number;
  /** The name of a style, or one of your own as a spec's JSON has it. */
  style?: string | Record<string, unknown>;
  kind?: "candle" | "hollow" | "ohlc" | "line" | "heikin-ashi" | "area" | "baseline" | "step" | "columns";
  baseline?: number | string | null;
  scale?: "linear" | "log" | "percent";
  /** `window`, `20000..30000` or `5%`. */
  range?: string;
  fit?: "candles" | "overlays";
  padding?: number | "auto" | null;
  /** Lines over prices, such as `sma:20` or `bollinger:20,2:#2962ff`. */
  overlay?: string | readonly string[];
  /** Panels of their own, such as `rsi:14`. */
  indicator?: string | readonly string[];
  /** How series of one's own are drawn; `options.series` sets it where absent. */
  series?: string | readonly string[];
  /** Whether marks are drawn; `options.marks` sets it where absent. */
  marks?: boolean;
  axes?: "on" | "off" | "bare";
  priceLabels?: "left" | "right" | "auto" | null;
  labels?: number;
  title?: boolean;
  titleOhlc?: boolean;
  axisTitles?: boolean;
  grouping?: "none" | "comma" | "space";
  priceDecimals?: number | "auto" | null;
  lastPrice?: boolean;
  /** `UTC`, or hours and minutes east of it such as `+02:00`; a number is minutes. */
  utcOffset?: string | number;
  gaps?: "collapse" | "slot";
  rightMargin?: number;
  lines?: "smooth" | "crisp";
  noVolume?: boolean;
  volumeShare?: number | "auto" | null;
  panelOrder?: string | readonly string[];
  panelHeights?: string | readonly string[];
  noGrid?: boolean;
  color?: "rgb" | "indexed";
}

/** Keys that only a spec's JSON has; each is taken in place of its knob. */
export interface Fields {
  width?: number;
  height?: number;
  overlays?: readonly string[];
  indicators?: readonly string[];
  volume?: boolean;
  grid?: boolean;
}

/** A key of `Knobs` as the command line writes it, or as a spec's JSON does. */
type Kebab<T extends string> = T extends `${infer A}${infer B}`
  ? B extends Uncapitalize<B>
    ? `${Uncapitalize<A>}${Kebab<B>}`
    : `${Uncapitalize<A>}-${Kebab<B>}`
  : T;
type Snake<T extends string> = T extends `${infer A}-${infer B}` ? `${A}_${Snake<B>}` : T;

/** How a picture looks: an object of knobs, or the JSON of a spec. */
export type Spec =
  | string
  | (Knobs &
      Fields & {
        [K in keyof Knobs as Kebab<K>]?: Knobs[K];
      } & { [K in keyof Knobs as Snake<Kebab<K>>]?: Knobs[K] });

/** Values of one's own: as long as the candles, or with times; a band has two. `null` and NaN are gaps. */
export type OwnValues =
  | List<Value>
  | { time?: List<Time>; value: List<Value> }
  | { time?: List<Time>; low: List<Value>; high: List<Value> };

/** A mark, at times and prices. */
export interface Mark {
  kind: "buy" | "sell" | "trade" | "stop" | "target" | "hline" | "vline" | "line" | "span" | "box" | "text";
  time?: Time;
  price?: Value;
  time2?: Time;
  price2?: Value;
  side?: "long" | "short";
  color?: string;
  text?: string;
}

/** Which candles a picture shows, and what else it draws. */
export interface Options extends Names {
  /** The window ends with the last candle at or before this time. */
  end?: Time;
  /** The window ends with the candle at this position, which may be negative. */
  index?: number;
  /** Values of one's own, by how they are drawn: `{ "fair:step:#ff9800": values }`. */
  series?: Readonly<Record<string, OwnValues>>;
  marks?: readonly Mark[];
}

/** The format of pixels: `rgba` is what `ImageData` takes. */
export interface PixelOptions {
  format?: "rgba" | "rgb";
}

/** Rows of pixels, from the top down. */
export interface Pixels<Data = ClampedBytes> {
  data: Data;
  width: number;
  height: number;
}

/** Some pixels: columns x to x + w and rows y to y + h, the ends not included. */
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Where all that is drawn stands, and the values behind it, as `geometry.schema.json` says. */
export interface Geometry {
  /** The picture's file below a cache's root; absent where a cache could not name it. */
  path?: string;
  symbol: string;
  interval: string;
  /** Open time of the window's last candle, ms. */
  end: number;
  width: number;
  height: number;
  panels: (Box & { name: string; scale: "linear" | "log"; top: number; bottom: number })[];
  candles: (Box & {
    open_time: number;
    candles: number;
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number;
    wick?: Box;
    body?: Box;
    open_tick?: Box;
    close_tick?: Box;
    volume_bar?: Box;
  })[];
  lines: {
    name: string;
    line: string;
    panel: number;
    color: string;
    points: { open_time: number; x: number; y: number; value: number }[];
  }[];
  marks: (Box & {
    kind: Mark["kind"];
    text: string;
    label?: number;
    open_time: number;
    price: number;
    time2?: number;
    price2?: number;
    side?: "buy" | "sell" | "long" | "short";
    profit?: "win" | "loss" | "even" | "open";
    color: string;
  })[];
  labels: (Box & {
    text: string;
    role: "value" | "axis" | "time" | "title" | "legend" | "tag" | "mark";
    panel?: number;
  })[];
  /** What the spec asks for and these candles do not allow. */
  fallbacks?: ("linear_scale" | "price_labels" | "empty_range")[];
}

/** A picture that was drawn. */
export class Picture {
  private constructor();
  /** The PNG file. */
  readonly png: Bytes;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the PNG file, in hexadecimal digits. */
  readonly sha256: string;
  readonly symbol: string;
  readonly interval: string;
  /** When its first candle opens, in ms. */
  readonly start: number;
  /** When its last candle opens, in ms. */
  readonly end: number;
  /** The whole spec, as JSON. */
  readonly spec: string;
  pixels(options?: { format?: "rgba" }): Pixels;
  pixels(options: { format: "rgb" }): Pixels<Bytes>;
  geometry(): Geometry;
}

/** One setting of a spec. */
export interface Knob {
  name: string;
  /** The fields of a spec's JSON that it sets. */
  fields: string[];
  label: string;
  common: boolean;
  value_name: string;
  about: string;
  takes:
    | { type: "yes-no" }
    | { type: "number"; least: number; most: number; unit: string }
    | { type: "one-of"; names: string[] }
    | { type: "style" }
    | { type: "text"; examples: string[] }
    | { type: "list"; most: number; examples: string[] };
  /** What `auto` stands for, where it takes that. */
  auto: string | null;
  help: string;
}

/** How a text of candles is read. */
export interface ParseOptions {
  /** The name of its file, which may tell symbol and interval. */
  name?: string;
  /** The time that candles of years ahead are refused by. */
  now?: Time;
  /** Leaves rows out that are no candles, which are an error otherwise. */
  skipBadRows?: boolean;
}

/** How a file of candles is drawn. */
export interface FileOptions extends Options {
  /** Candles that are not over at this time are left out. */
  now?: Time;
  skipBadRows?: boolean;
}

/** Why rows of a text are no candles. */
export interface BadRows extends Error {
  /** How many there are. */
  bad: number;
  /** The first of them, each with its line and reason. */
  rows: string[];
}

/** The PNG file of a picture. */
export function render(candles: Candles, spec?: Spec, options?: Options): Promise<Bytes>;
/** The pixels of a picture. */
export function pixels(candles: Candles, spec?: Spec, options?: Options & { format?: "rgba" }): Promise<Pixels>;
export function pixels(candles: Candles, spec: Spec | undefined, options: Options & { format: "rgb" }): Promise<Pixels<Bytes>>;
/** Where everything stands in a picture. */
export function geometry(candles: Candles, spec?: Spec, options?: Options): Promise<Geometry>;
/** SHA-256 of a picture's PNG file, in hexadecimal digits. */
export function sha256(candles: Candles, spec?: Spec, options?: Options): Promise<string>;
/** A picture of candles, or of a file of them: of its candles that are over. */
export function draw(candles: Candles, spec?: Spec, options?: Options): Promise<Picture>;
export function draw(file: Blob, spec?: Spec, options?: FileOptions): Promise<Picture>;
/** The series of a text: CSV, JSON, klines, any form that `image-cache import` reads. */
export function parse(text: string | ArrayBuffer | ArrayBufferView | Blob, options?: ParseOptions): Promise<Series[]>;
/** All that can be set, with values, defaults and help. */
export function knobs(): Promise<Knob[]>;
/** The names of all styles. */
export function styles(): Promise<string[]>;
/** The names of all presets. */
export function presets(): Promise<string[]>;
/** The whole spec as JSON in its one form. */
export function specJson(spec?: Spec): Promise<string>;

/** A `WebAssembly.Module`, where the host's types know it. */
export type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;

/** Where a module comes from. */
export type ModuleSource =
  | CompiledModule
  | ArrayBuffer
  | ArrayBufferView
  | Response
  | URL
  | string;

/** The functions that need no waiting. */
export interface Sync {
  render(candles: Candles, spec?: Spec, options?: Options): Bytes;
  pixels(candles: Candles, spec?: Spec, options?: Options & { format?: "rgba" }): Pixels;
  pixels(candles: Candles, spec: Spec | undefined, options: Options & { format: "rgb" }): Pixels<Bytes>;
  geometry(candles: Candles, spec?: Spec, options?: Options): Geometry;
  sha256(candles: Candles, spec?: Spec, options?: Options): string;
  draw(candles: Candles, spec?: Spec, options?: Options): Picture;
  knobs(): Knob[];
  styles(): string[];
  presets(): string[];
  specJson(spec?: Spec): string;
}

/** Starts the module that draws; all functions do it themselves where its file can be fetched or read. */
export function init(module?: ModuleSource | Promise<ModuleSource>): Promise<Sync>;
/** Starts the module that reads texts. */
export function initReaders(
  module?: ModuleSource | Promise<ModuleSource>,
): Promise<{ parse(text: string | ArrayBuffer | ArrayBufferView, options?: ParseOptions): Series[] }>;
