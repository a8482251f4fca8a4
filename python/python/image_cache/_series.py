"""Series of candles, and drawing them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from . import _native
from ._columns import milliseconds, number, ohlcv
from ._picture import Picture
from ._spec import Spec, room


class Series:
    """The candles of one symbol and interval, checked once, so that windows of them cost nothing."""

    __slots__ = ("_native", "_times")

    def __init__(self, native: _native.Series) -> None:
        self._native = native
        self._times: np.ndarray | None = None

    @classmethod
    def from_frame(cls, frame: Any, symbol: str = "CHART", interval: str | None = None) -> Series:
        """From a data frame (pandas, polars, pyarrow), a dict of columns or a structured array.

        Times are an index of times or a column such as `time` or `Date`; names count in any case. `Adj Close` is
        left aside. Without a column of volumes, they are 0.
        """
        return cls(_native.Series(*ohlcv(frame), symbol, interval))

    @classmethod
    def from_arrays(
        cls,
        time: Any,
        open: Any,
        high: Any,
        low: Any,
        close: Any,
        volume: Any = None,
        symbol: str = "CHART",
        interval: str | None = None,
    ) -> Series:
        """From columns of one length, oldest candle first."""
        times = milliseconds(time)
        volumes = np.zeros(len(times)) if volume is None else number(volume, "volume")
        return cls(
            _native.Series(
                times,
                number(open, "open"),
                number(high, "high"),
                number(low, "low"),
                number(close, "close"),
                volumes,
                symbol,
                interval,
            )
        )

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        symbol: str | None = None,
        interval: str | None = None,
        time_zone: str | None = None,
        *,
        date_order: str | None = None,
        decimal: str | None = None,
        thousands: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> Series:
        """From a file of any form that `image-cache import` reads: CSV, JSON, Parquet, archives of them.

        Times that tell no zone are UTC, or of `time_zone` (`America/New_York`). What the file leaves open is an error
        that names the keyword: `date_order` is `dmy`, `mdy` or `ymd`, `decimal` a point or a comma, `thousands` a
        mark, and `columns` say what columns are where no header does: `["time", "open", "high", "low", "close"]`.
        """
        if isinstance(columns, str):
            columns = columns.split(",")
        written = {
            "time_zone": time_zone,
            "date_order": date_order,
            "decimal": decimal,
            "thousands": thousands,
            "columns": None if columns is None else list(columns),
        }
        return cls(_native.Series.from_file(os.fspath(path), symbol, interval, written))

    @property
    def symbol(self) -> str:
        """What is traded."""
        return self._native.symbol

    @property
    def interval(self) -> str:
        """The interval's code, such as `1h`."""
        return self._native.interval

    @property
    def times(self) -> np.ndarray:
        """When each candle opens, UTC: datetime64[ms]."""
        if self._times is None:
            self._times = self._native.columns()[0].astype("datetime64[ms]")
            self._times.flags.writeable = False
        return self._times

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        told = f", {self.times[0]} to {self.times[-1]}" if len(self) else ""
        return f"<Series {self.symbol} {self.interval}, {len(self)} candles{told}>"

    def __reduce__(self) -> tuple[Any, ...]:
        times, columns = self._native.columns()
        return (_restore, (times, *columns, self.symbol, self.interval))

    def columns(self) -> dict[str, np.ndarray]:
        """All columns: `time` as datetime64[ms], and the others as floats."""
        _, values = self._native.columns()
        return {
            "time": self.times,
            **dict(zip(("open", "high", "low", "close", "volume"), values, strict=True)),
        }

    def to_pandas(self) -> Any:
        """A data frame of pandas, with times as its index."""
        import pandas

        columns = self.columns()
        index = pandas.DatetimeIndex(columns.pop("time"), name="time")
        return pandas.DataFrame(columns, index=index)

    def ends(self, spec: Spec | None = None, **knobs: Any) -> np.ndarray:
        """The positions of all candles that end a window of `spec`, all of them valid."""
        return self._native.ends(_spec(spec, knobs))

    def position(self, end: Any = None) -> int:
        """The position of the last candle at or before `end`: a time, or a position, which may be negative."""
        if not len(self):
            raise ValueError("the series has no candle")
        if end is None:
            return len(self) - 1
        if isinstance(end, (int, np.integer)) and not isinstance(end, (bool, np.bool_)):
            position = int(end) + (len(self) if end < 0 else 0)
            if not 0 <= position < len(self):
                raise IndexError(f"there is no candle {end}: the series has {len(self)}")
            return position
        if np.ndim(end) != 0:
            raise TypeError(f"end is one time or position, not {end!r}")
        return int(self._positions([end])[0])

    def draw(self, end: Any = None, spec: Spec | None = None, **knobs: Any) -> Picture:
        """The picture whose last candle is the last one at or before `end`."""
        return _drawn(self._native.draw(self.position(end), _spec(spec, knobs), None))

    def frames(
        self,
        ends: Any = None,
        spec: Spec | None = None,
        channels: str = "rgb",
        out: np.ndarray | None = None,
        threads: int | None = None,
        **knobs: Any,
    ) -> np.ndarray:
        """The pixels of many pictures at once, uint8: pictures, rows, columns, channels.

        `ends` are positions of last candles, or times; by default those of `ends()`. `channels` is `rgb`, `gray` or
        `index` (places in `spec.palette`). Give `out` an array of a batch before to spare the system new memory.
        No PNG is made, and other threads of Python go on meanwhile.
        """
        spec = _spec(spec, knobs)
        positions = self._native.ends(spec) if ends is None else self._positions(ends)
        if out is None:
            out = room(len(positions), spec, channels)
        elif not (isinstance(out, np.ndarray) and out.dtype == np.uint8):
            raise TypeError("out is no array of uint8")
        elif out.ndim != 4:
            raise ValueError(f"out has {out.ndim} dimensions, not 4: pictures, rows, columns, channels")
        _native.frames_into([self._native], None, positions, spec, channels, out, _threads(threads))
        return out

    def _positions(self, ends: Any) -> np.ndarray:
        array = np.asarray(ends)
        if array.ndim != 1:
            raise ValueError(f"ends: has {array.ndim} dimensions, not 1")
        if array.dtype == object and all(isinstance(end, (int, np.integer)) for end in array):
            array = array.astype(np.int64)
        if array.dtype.kind in "iu":
            positions = np.ascontiguousarray(array, dtype=np.int64)
            return np.where(positions < 0, positions + len(self), positions)
        if array.size == 0:
            return np.empty(0, dtype=np.int64)
        times = milliseconds(ends, "ends").astype("datetime64[ms]")
        positions = np.searchsorted(self.times, times, side="right").astype(np.int64) - 1
        if (positions < 0).any():
            raise ValueError(f"ends: {times[positions < 0][0]} is before the first candle at {self.times[0]}")
        return positions


def _restore(times: np.ndarray, *rest: Any) -> Series:
    return Series(_native.Series(times, *rest))


def _spec(spec: Spec | None, knobs: Mapping[str, Any]) -> Spec:
    if spec is None:
        return Spec(**knobs)
    if knobs:
        raise TypeError(f"give a spec, or {', '.join(knobs)} in it: not both")
    if not isinstance(spec, Spec):
        raise TypeError(f"spec is a {type(spec).__name__}, not a Spec")
    return spec


def _threads(threads: int | None) -> int:
    """As many as are asked for, or as there are processors for this process."""
    if threads is not None:
        if threads < 1:
            raise ValueError("threads is 1 or more")
        return threads
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def draw(
    data: Any,
    *,
    symbol: str | None = None,
    interval: str | None = None,
    end: Any = None,
    series: Mapping[str, Any] | None = None,
    marks: Iterable[Mapping[str, Any]] | None = None,
    spec: Spec | None = None,
    **knobs: Any,
) -> Picture:
    """One picture of a data frame, a dict of columns, a `Series`, or a file.

    Every knob is a keyword: see `knobs()`. A window is as long as the data are where these are fewer candles and no
    window is asked for. `series` are lines of one's own by their names, or by how they are drawn: an array as long
    as the data, a series of pandas with times, or of a band two arrays. `marks` are dicts such as
    `{"kind": "buy", "time": "2024-05-01T12:00", "price": 64000.0}`.

        draw(df, series={"fair:step:#ff9800": fair}, marks=[{"kind": "hline", "price": 100.0, "text": "stop"}])
    """
    for what, name in (("symbol", symbol), ("interval", interval)):
        if not (name is None or isinstance(name, str)):
            raise TypeError(f"{what} is a {type(name).__name__}, not a text")
    if series is not None and not isinstance(series, Mapping):
        raise TypeError("series is a dict: names and values, such as {'fair': values}")
    if isinstance(data, Series):
        if symbol is not None or interval is not None:
            raise TypeError("a Series has a symbol and an interval already")
        candles = data
    elif isinstance(data, (str, os.PathLike)):
        candles = Series.from_file(data, symbol, interval)
    else:
        candles = Series.from_frame(data, symbol or "CHART", interval)
    if series:
        knobs["series"] = list(series)
    if marks is not None:
        marks = [] if isinstance(marks, (str, Mapping)) else list(marks)
        if not marks or not all(isinstance(mark, Mapping) for mark in marks):
            raise TypeError("marks is a list of dicts, such as [{'kind': 'buy', 'time': ..., 'price': ...}]")
        knobs["marks"] = True
    position = candles.position(end)
    chosen = _spec(spec, knobs)
    if spec is None and "window" not in knobs and "preset" not in knobs and position + 1 < chosen.window:
        chosen = Spec(**knobs, window=position + 1)
    own = None
    if series or marks:
        own = _native.Own(
            [_own(name, values, candles) for name, values in (series or {}).items()],
            [_mark(mark) for mark in marks or []],
        )
    return _drawn(candles._native.draw(position, chosen, own))


def _drawn(native: _native.Picture) -> Picture:
    """The picture, once it was said what of its spec its candles do not allow."""
    for text in native.fallbacks:
        warnings.warn(text, stacklevel=3)
    return Picture(native)


def _own(name: str, values: Any, candles: Series) -> tuple[str, np.ndarray, np.ndarray, np.ndarray | None]:
    if not isinstance(name, str):
        raise TypeError(f"series: {name!r} is no name")
    short = name.split(":", 1)[0]
    what = f"series {short!r}"
    if isinstance(values, tuple) and len(values) == 2:
        low, high = values
    else:
        low, high = values, None
    index = getattr(low, "index", None)
    has_times = hasattr(index, "tz_convert")
    times = milliseconds(index, what) if has_times else candles.times.astype(np.int64)
    return short, times, number(low, what), None if high is None else number(high, what)


def _mark(mark: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(mark)
    for key in ("time", "time2"):
        if fields.get(key) is not None:
            fields[key] = int(milliseconds([fields[key]], f"mark's {key}")[0])
    for key in ("price", "price2"):
        if fields.get(key) is not None:
            fields[key] = float(fields[key])
    return fields
