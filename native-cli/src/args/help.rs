//! Longer texts of `--help`.

pub const EXAMPLES: &str = "\
Examples:
  image-cache render --sample
      Render a few hundred pictures of real candles that are built in.
  image-cache import BTCUSDT-1h-2023-*.zip --db market.sqlite
      Write candles from files to a market database.
  image-cache render --db market.sqlite
      Render every window of every series into image-cache/.
  image-cache plan --db market.sqlite --shards 8
      Say what that would make, and what each of eight machines would.
  image-cache merge image_cache.sqlite image_cache.*-of-8.sqlite
      Join what `render --shard 0/8` to `render --shard 7/8` have made.
  image-cache verify --db market.sqlite
      Prove that every picture is what its candles make.
  image-cache repair --db market.sqlite
      Render again what is corrupt or stale.
  image-cache export --db market.sqlite --to set --as imagefolder --label direction --horizon 12
      Make a labelled data set of the pictures.
  image-cache styles --preview previews
      List all styles, and write one picture of each.
  image-cache selftest
      Prove that this machine renders the bytes that every other one does.

`image-cache render --help` shows every flag.";

pub const RENDER_EXAMPLES: &str = "\
Examples:
  image-cache render --sample
  image-cache render --db market.sqlite --root pictures --index pictures.sqlite
  image-cache render --symbol BTCUSDT --interval 1h --start 2023-01-01 --end 2023-02-01
  image-cache render --size 224 --window 64 --axes bare --no-volume
  image-cache render --style yahoo --scale log --overlay sma:20 --overlay bollinger:20,2 --indicator rsi:14
  image-cache render --preset cnn --geometry boxes.jsonl
  image-cache render --stride 24 --dry-run
  image-cache render --db market.sqlite --shard 0/8

Each flag can also be set as a variable (IMAGE_CACHE_ROOT=pictures) or as a line
of image-cache.toml (root = \"pictures\"). Flags beat variables beat the file beats
a preset beats the defaults. What hangs on another setting (a title on axes that
are on, the last price on axes, a volume share on the volume panel) gives way to
one that beats it; otherwise the two contradict each other, and nothing is rendered.

Styles of your own stand in image-cache.toml, with keys as in `image-cache styles --help`.

A shard is an equal part of the ends that `image-cache plan` counts. Each has an
index of its own, image_cache.0-of-8.sqlite; they may share a root. So has each name of
an index or a geometry in a variable or in image-cache.toml the shard's number added;
one that the flag gives is taken as it is. `image-cache merge` joins the indexes. Which
shard it is may be left to JOB_COMPLETION_INDEX (Kubernetes), SLURM_ARRAY_TASK_ID or
AWS_BATCH_JOB_ARRAY_INDEX. auto refuses arrays of one task or from 2 on, which may be
some tasks of more: name the shard, or how many there are.

--progress json writes an object a line to standard error, about one a second and a
last one: type (progress), command, done and total (ends or entries; total is null
while unknown), made (pictures), failed, seconds, per_second, seconds_left (null while
unknown), last.

--root may be a URL of object storage in a build with `--features object-store`:
s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX, abfs://… and https:// of
the services themselves. Credentials and servers come from the environment:
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION,
AWS_ENDPOINT_URL (with AWS_ALLOW_HTTP=true for http://), a container's or machine's
role; GOOGLE_APPLICATION_CREDENTIALS; AZURE_STORAGE_ACCOUNT_NAME and _KEY, among
others. Of profiles: `aws configure export-credentials --format env`. They must allow
to list, read, write and delete. --index stays a local file: keep it, or copy it to
wherever the next run is; a lost one is made again by `repair --rebuild-index`.
A server that is away is waited for, three minutes a request; the same command
goes on after that.

Exit status: 0 done; 1 a series or an end was refused or a picture could not be
written, after every other one was made; 2 wrong usage; 130 interrupted, by a signal
or by --max-seconds, with everything consistent. A shard's status is 0 once it is
finished: what `image-cache plan` counts as refused already is told, and fails none.
It is 1 where --max-seconds does not even suffice for planning.";

pub const PLAN_EXAMPLES: &str = "\
Examples:
  image-cache plan --db market.sqlite
  image-cache plan --db market.sqlite --shards 8 --format json
  image-cache plan --symbol BTCUSDT --size 224 --window 64 --end 2024-01-01

Takes what `render` takes, reads all its candles and writes nothing. Bytes are
estimated from a few pictures of each series. The hash is over the candles, the
spec, the style version and the selection: wherever it is the same, the same
pictures come out. Candles that are added change it, and so does the clock where
the last interval is not over; --end settles that. With --shards, the index of each
is told as `render` names it without --index.

A series is refused for what its data say. What the machine lacks, such as space for
temporary files, ends the plan.

Exit status: 0 done; 1 it could not be told, or a series is refused; 2 wrong usage;
130 interrupted.";

pub const MERGE_EXAMPLES: &str = "\
Examples:
  image-cache merge image_cache.sqlite image_cache.*-of-8.sqlite
  image-cache merge --partial some.sqlite image_cache.0-of-8.sqlite image_cache.5-of-8.sqlite
  rsync -a node1/pictures/ node2/pictures/ pictures/
  image-cache merge --root pictures all.sqlite node1/shard.sqlite node2/shard.sqlite

The order does not matter, and merging again changes nothing. Only shards that are
finished are merged, and only those of one plan. merge brings no pictures: all of them
are in one folder or bucket, to which the shards were rendered, or are brought there
before by rsync or cp, and --root names it. Each is looked for there: one that is absent
or of another size is corrupt, and so it is told; one that a row doubts is compared with
its SHA-256. No file of a picture is changed. An index keeps to the root that its first
shards were merged for. Once all shards are in, the index is what one run of `render`
would have made; until then it deletes no orphans, and takes more shards.

A FROM that does not exist, or is of another plan or count of shards, is refused before
anything is written. One that is damaged or not finished is left out and told, and all
others are merged.

Exit status: 0 done, with --partial even if shards are missing; 1 it could not be
done, or shards are missing, not finished or bad, after all others were merged; 2 wrong
usage; 3 pictures that were merged are corrupt or stale; 130 interrupted.";

pub const VERIFY_EXAMPLES: &str = "\
Examples:
  image-cache verify --db market.sqlite
  image-cache verify --quick --symbol BTCUSDT
  image-cache verify --rerender --subset 1/30
  image-cache verify --subset 5% --format json
  image-cache verify --files-only --no-record

Every entry of the index is looked at, in every spec, unless flags say which:
--style yahoo, say, leaves all others out. What the configuration file says of
pictures leaves none out.

What is found:
  corrupt  the file is absent, or its bytes are not the recorded ones
  stale    intact, but its candles, spec or style version have changed since
  orphan   a picture under the root that no row of this index has
  missing  the source cannot make this picture; a fact, never a failure
  gap      candles that the source lacks; a fact as well
It is recorded in the index's status and reason, unless --no-record. No picture
is touched. Checksums tell damage; only --rerender tells a forged row and file.

In the index of a shard orphans are not looked for, since other shards may own them.
--progress json is as in `image-cache render --help`.

In object storage, --quick compares sizes and ETags by listings alone, and reads only
objects whose ETag is another one than when they were put.

Exit status: 0 clean; 1 it could not be told, for some or all; 2 wrong usage;
3 corrupt, stale or orphaned pictures are left; 130 interrupted, by a signal or by
--max-seconds.";

pub const REPAIR_EXAMPLES: &str = "\
Examples:
  image-cache repair --db market.sqlite
  image-cache repair --dry-run
  image-cache repair --delete-orphans --symbol BTCUSDT
  image-cache repair --rebuild-index

Looks at what verify would, at the same depth, and renders again what is corrupt
or stale; a picture is replaced only once its successor is safely on disk. Orphans
are only listed, unless --delete-orphans, and never deleted where another tool made
them. What cannot be repaired stays as it is, listed with the reason. --delete-orphans and --rebuild-index are flags alone:
neither a variable nor a file can ask for them.

--rebuild-index moves a damaged index aside and makes a new one: rows that can be
read are kept, and a picture that is intact and names the input that today's
candles make is recorded as it is. Its specs are those of the damaged index, where
they can be read, and the one that flags and configuration say.

Orphans of a series or spec that this index has no row of are never deleted, since
another index may own them; nor should --delete-orphans be used where two indexes
that share a root have the same series and spec. While shards of a plan have pictures
in the root that are not all merged yet, as files in its folder .shards say, none is
deleted; the merge of the last of them takes that plan's file away.

A shard's index is not rebuilt: run its `render --shard` again. A finished shard that
is repaired from candles that have changed is finished no longer.

Exit status: 0 nothing is left to repair; 1 it could not be done; 2 wrong usage;
3 corrupt, stale or orphaned pictures are left; 130 interrupted, by a signal or by
--max-seconds.";

pub const STATUS_EXAMPLES: &str = "\
Examples:
  image-cache status
  image-cache status --symbol BTCUSDT --format json

Counts are those of the index, as the last render, verify or repair left them;
no picture is looked at. Where the market database can be read, it says how many
ends there are to be done. Ends in gaps and others that the source cannot make
are missing, and count as nothing to be done.";

pub const STYLES_EXAMPLES: &str = "\
Examples:
  image-cache styles
  image-cache styles --format json
  image-cache styles --preview previews --size 640x480 --kind ohlc

A style of your own is a table of image-cache.toml. All keys may be absent; base
is a built-in style (mike, unless told otherwise), and the rest is what differs:

  [style.mine]
  base = \"yahoo\"
  figure = \"#ffffff\"          # around the panels; so panel, grid, frame, label, line, hollow
  grid-alpha = 50             # per cent; so candle-alpha, volume-alpha
  grid-dash = \"dotted\"        # solid, dashed, dotted, none
  grid-width = 100            # per cent of mike's, 1 to 1000; so frame-width
  frame-sides = \"axes\"        # all, axes, none
  price-labels = \"left\"       # left, right
  up = { body = \"#00ff00\" }   # and edge, wick, volume, ohlc; so down
  volume-color = \"open\"       # open, previous-close
  overlay-colors = [\"#ff0000\", \"#0000ff\"]

Tables stand below all other lines of the file. `--style mine` chooses the style.
So does the line `style = \"mine\"` of the file; beside such a line TOML wants
another name for the tables: [styles.mine].";

/// What `--help` says of each preset: its settings, written as flags, which a test holds it to.
pub const PRESET_HELP: &[(&str, &str)] = &[
    ("cnn", "--size 224 --window 64 --axes bare"),
    (
        "price-trends",
        "--size 60x64 --window 20 --kind ohlc --overlay sma:20 --axes bare --padding 0 --volume-share 20 --no-grid --lines crisp",
    ),
    ("vlm", "--size 1024 --window 100 --labels 200 --title --last-price"),
];

const PRICE_TRENDS: &str = "\
Style of price-trends: white on black. With --window 5 its size is 15x32 and its overlay sma:5, with \
--window 60 they are 180x96 and sma:60: the pictures of Jiang, Kelly and Xiu, (Re-)Imag(in)ing Price \
Trends (2023).";

/// The long help of `--preset`.
pub fn preset_help() -> String {
    let mut text = "Settings for a purpose, which every other setting beats:\n".to_owned();
    for (name, settings) in PRESET_HELP {
        text += &format!("  {name}: {settings}\n");
    }
    text + PRICE_TRENDS
}

pub const SELFTEST_EXAMPLES: &str = "\
Examples:
  image-cache selftest
  image-cache selftest --format json

Built-in candles are rendered in built-in specs, in every style, kind and scale,
and the SHA-256 of each file and of its pixels is compared with the built-in one.
Nothing is read but the configuration file, and nothing is written.

Exit status: 0 all are the same; 1 a picture differs; 2 wrong usage.";

pub const EXPORT_EXAMPLES: &str = "\
Examples:
  image-cache export --db market.sqlite --to set --as imagefolder --label direction --horizon 12
  image-cache export --to set --as webdataset --label triple-barrier --horizon 24 --upper 2% --lower 1%
      --split train=2023-01-01..2023-04-01,test=2023-04-15..
  image-cache export --to set --as webdataset --split train=0.7,val=0.15,test=0.15 --label return --horizon 1
  image-cache export --render --preset cnn --to set --as imagefolder --label classes --bounds -1%,1% --horizon 6
  image-cache export --to set --as csv --dry-run

Flags say which pictures, as those of `render` do, and of which spec. Only pictures
that are what today's candles make get in: each file's SHA-256 is compared with
the index, and its input with the candles. The folder appears when all is in it.

A label is made of the candles after the window alone, as many as the horizon
says; where there are fewer, or one is not over yet, the picture is left out.
  direction       up or down by the return at the horizon; flat within --threshold,
                  and without one no change is down
  return          the return itself: close at the horizon / last close - 1
  classes         c0, c1 ... by the return at the horizon, parted by --bounds
  triple-barrier  lower, upper or time: what highs and lows reach first

Splits part the pictures by time, over all series alike. Between two there is an
embargo of at least window, warm-up and horizon, so that no candle is in two
splits. Shares leave out what lies in it; ranges that violate it are refused.

  imagefolder  SPLIT/CLASS/NAME.png and SPLIT/metadata.jsonl; splits are train, validation, test
  webdataset   SPLIT-000000.tar ...: .png, .json, and .cls with the class's number
  hf-parquet   data/SPLIT-00000-of-00001.parquet, which load_dataset(DIR) reads
  csv          manifest.csv, with paths relative to the cache's root
  parquet      manifest.parquet, the same
--dry-run reads and checks the cache's pictures all the same.
dataset.json says what the data set is. The same cache gives the same bytes.
hf-parquet and parquet need a build with the cargo feature `parquet`.

Exit status: 0 done; 1 it could not be done, and nothing is there; 2 wrong usage;
130 interrupted, and nothing is there.";

#[cfg(feature = "serve")]
pub const SERVE_EXAMPLES: &str = "\
Examples:
  image-cache serve --db market.sqlite
      Open the address that it prints. Series, pictures and the cache's status are there.
  image-cache serve --sample --port 0
  curl -o a.png 'http://127.0.0.1:8787/png/BTCUSDT/1h/2023-01-07T05:00:00Z.png?style=yahoo'

Only this machine is answered, and nothing is ever written. A picture's ETag is
its SHA-256; with ?input= and its x-input-sha256 a browser keeps it for good.";
