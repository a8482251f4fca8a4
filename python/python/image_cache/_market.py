"""Market databases, and caches of pictures."""

from __future__ import annotations

import contextlib
import glob
import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from . import _native
from ._columns import milliseconds
from ._series import Series, _threads
from ._spec import Spec

Path = str | os.PathLike[str]


class SeriesName(NamedTuple):
    """Symbol and interval of a series."""

    symbol: str
    interval: str


class Market:
    """A market database: the candles of many series, in SQLite. Without a path it is the built-in sample."""

    __slots__ = ("_native", "path")

    def __init__(self, path: Path | None = None) -> None:
        self.path = None if path is None else os.fspath(path)
        self._native = _native.Market(self.path)

    @property
    def series(self) -> list[SeriesName]:
        """All series."""
        return [SeriesName(*names) for names in self._native.series()]

    def read(self, symbol: str, interval: str) -> Series:
        """All candles of a series whose interval is over."""
        return Series(self._native.read(symbol, interval))

    def to_pandas(self, symbol: str, interval: str) -> Any:
        """The candles of a series as a data frame of pandas."""
        return self.read(symbol, interval).to_pandas()

    def __reduce__(self) -> tuple[Any, ...]:
        return (Market, (self.path,))

    def __repr__(self) -> str:
        return f"Market({self.path!r})" if self.path else "Market()"


def native_market(market: Any) -> _native.Market:
    """What the core takes of a market."""
    if not isinstance(market, Market):
        raise TypeError(f"market is a {type(market).__name__}; give Market({market!r})")
    return market._native


def import_files(
    files: Path | Iterable[Path],
    database: Path,
    symbol: str | None = None,
    interval: str | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Imports files of candles, each of any form, into a market database, which is made where it does not exist.

    Names may have `*` in them. Returns what became of each series, and in `refused` what was not taken and why; where
    nothing was taken, that is an error.
    """
    names = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    found: list[str] = []
    for name in [os.fspath(name) for name in names]:
        matches = sorted(glob.glob(name)) if glob.has_magic(name) and not os.path.exists(name) else [name]
        if not matches:
            raise FileNotFoundError(f"no file is called {name}")
        found += matches
    for name in found:
        os.stat(name)
    summary = _summary(_native.import_files(found, os.fspath(database), symbol, interval, dry_run))
    if not summary["series"] and summary["refused"]:
        raise ValueError(f"nothing was imported: {summary['refused'][0]}")
    return summary


class Cache:
    """A folder of pictures and the index that says what they are of, as the program `image-cache` keeps them.

    What runs long takes `progress=True`, which shows a bar where tqdm is installed, and stops soon after Ctrl-C: what
    is there by then is whole. `which` is `symbols`, `intervals`, `start`, `end` and `stride`.
    """

    __slots__ = ("_native", "index", "jobs", "root")

    def __init__(self, root: Path, index: Path = "image_cache.sqlite", jobs: int | None = None) -> None:
        self.root, self.index = os.fspath(root), os.fspath(index)
        self.jobs = _threads(jobs)
        self._native = _native.Cache(self.root, self.index, self.jobs)

    def render(
        self, market: Market, spec: Spec, dry_run: bool = False, progress: bool = False, **which: Any
    ) -> dict[str, Any]:
        """Makes what is missing, damaged or outdated."""
        chosen = _which(**which)
        with _bar(progress) as bar:
            return _summary(self._native.render(native_market(market), spec, chosen, dry_run, bar))

    def verify(
        self,
        market: Market | None = None,
        rerender: bool = False,
        record: bool = True,
        progress: bool = False,
        **which: Any,
    ) -> dict[str, Any]:
        """Judges every picture. `findings` lists what is corrupt, stale or orphaned, and what is missing, which is a
        fact about the candles: before the first whole window, for example.

        A finding is a dict: `kind` (`corrupt`, `stale`, `orphan`, `missing`), `symbol`, `interval`, `path` (below the
        root), `end` (in ms since 1970, UTC), `reason`, and `mended`. `notes` are texts: series that cannot be used
        and files that cannot be read or written, with the reason.

        Without a market only files are compared with the index; `rerender` draws each picture again.
        """
        native = None if market is None else native_market(market)
        chosen = _which(**which)
        with _bar(progress) as bar:
            return _summary(self._native.verify(native, chosen, rerender, record, bar))

    def repair(
        self,
        market: Market,
        rerender: bool = False,
        dry_run: bool = False,
        delete_orphans: bool = False,
        progress: bool = False,
        **which: Any,
    ) -> dict[str, Any]:
        """Makes again what is corrupt or stale. `findings` and `notes` are those of `verify`."""
        chosen = _which(**which)
        with _bar(progress) as bar:
            return _summary(
                self._native.repair(native_market(market), chosen, rerender, dry_run, delete_orphans, bar)
            )

    def __reduce__(self) -> tuple[Any, ...]:
        return (Cache, (self.root, self.index, self.jobs))

    def __repr__(self) -> str:
        return f"Cache({self.root!r}, {self.index!r})"


@contextlib.contextmanager
def _bar(progress: bool) -> Iterator[Callable[[int, int], object] | None]:
    """What is told how far a run is: a bar of tqdm, or nothing."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        progress = False
    if not progress:
        yield None
        return
    with tqdm(unit=" pictures") as bar:

        def show(done: int, expected: int) -> None:
            bar.total = max(done, expected)
            bar.update(done - bar.n)

        yield show


def _summary(json_text: str) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(json_text)
    return summary


def _which(
    symbols: str | Iterable[str] = (),
    intervals: str | Iterable[str] = (),
    start: Any = None,
    end: Any = None,
    stride: int = 1,
) -> tuple[list[str], list[str], int | None, int | None, int]:
    if stride < 1:
        raise ValueError("stride is 1 or more")

    def names(some: str | Iterable[str]) -> list[str]:
        return [some] if isinstance(some, str) else list(some)

    def time(at: Any, what: str) -> int | None:
        return None if at is None else int(milliseconds([at], what)[0])

    return names(symbols), names(intervals), time(start, "start"), time(end, "end"), stride
