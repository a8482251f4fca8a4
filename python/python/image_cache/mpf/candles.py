"""The data that are drawn, and which of them."""

from __future__ import annotations

import datetime
import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .._columns import _columns, number, ohlcv
from .arguments import is_number, items, pair, short

#: Candles and empty places of a picture.
MOST = 2000
_NAMES = ("open", "high", "low", "close", "volume")


class Candles:
    """Prices and volumes by the names of the core, at the times that the index shows in its own time zone."""

    def __init__(self, data: Any, names: Any, needs_volume: bool) -> None:
        if not isinstance(data, pd.DataFrame) or not isinstance(data.index, pd.DatetimeIndex):
            raise TypeError("data: plot takes a DataFrame with a DatetimeIndex; image_cache.draw takes more")
        self.zone = data.index.tz
        self.times = data.index.tz_localize(None)
        if not (self.times.is_monotonic_increasing and self.times.is_unique):
            hint = "sort the index, drop what is twice, and where clocks were put back, say data.tz_convert"
            raise ValueError(f"data: times must rise, each once; {hint}")
        shown = data.set_axis(self.times, axis=0)
        if names is not None:
            shown = _renamed(shown, names, needs_volume)
        elif needs_volume and not {"volume", "vol"} & set(_columns(shown)):
            raise ValueError("volume: there is no column of volumes; leave volume out, or name it with columns")
        _, *values = ohlcv(shown)
        if not needs_volume and not (np.isfinite(values[4]) & (values[4] >= 0)).all():
            values[4] = np.zeros(len(shown))
        self.frame = pd.DataFrame(dict(zip(_NAMES, values, strict=True)), self.times)

    def date(self, given: Any, keyword: str) -> pd.Timestamp:
        """A date or time as the index shows it."""
        if not isinstance(given, (str, datetime.date, np.datetime64)):
            raise TypeError(f"{keyword}: {short(given)} is no date")
        try:
            time = pd.Timestamp(given)
        except ValueError:
            time = pd.NaT
        if pd.isna(time):
            raise ValueError(f"{keyword}: {given!r} is no date")
        if time.tz is None:
            return time
        if self.zone is None:
            raise ValueError(f"{keyword}: {given} has a time zone, and the index of the data has none")
        return time.tz_convert(self.zone).tz_localize(None)

    def position(self, given: Any, keyword: str) -> int:
        """The candle at or before a date."""
        time = self.date(given, keyword)
        if not self.times[0] <= time < self.times[-1] + np.diff(self.times).min():
            ends = f"{self.times[0]} to {self.times[-1]}"
            raise ValueError(f"{keyword}: {given} is outside of the data, which are of {ends}")
        return int(self.times.searchsorted(time, side="right")) - 1

    def values(self, given: Any, keyword: str) -> np.ndarray:
        """A value for each candle: as they are given, or the same one for all."""
        if is_number(given):
            return np.full(len(self.times), float(given))
        values = number(np.asarray(given, dtype=float) if np.asarray(given).dtype == bool else given, keyword)
        if len(values) != len(self.times):
            raise ValueError(f"{keyword}: there are {len(values)} values for {len(self.times)} candles")
        return values


class Window(NamedTuple):
    """The first candle and the last one that are shown, and the free places behind."""

    first: int
    last: int
    margin: int

    @property
    def length(self) -> int:
        return self.last + 1 - self.first


def window(candles: Candles, xlim: Any, keeps_gaps: bool) -> Window:
    """All the data, or those within `xlim`: numbers of candles, or dates."""
    count = len(candles.times)
    found = Window(0, count - 1, 0) if xlim is None else _within(candles, xlim, keeps_gaps)
    where = "data" if xlim is None else "xlim"
    if found.length < 2:
        raise ValueError(f"{where}: a picture shows 2 candles or more, not {max(0, found.length)}")
    if found.length > MOST:
        hint = f"slice them, as in data.iloc[-{MOST}:]"
        raise ValueError(f"{where}: {found.length} candles are more than the {MOST} of a picture; {hint}")
    return found


def _within(candles: Candles, xlim: Any, keeps_gaps: bool) -> Window:
    left, right = pair(xlim, "xlim")
    if not (is_number(left) and is_number(right)):
        first = candles.times.searchsorted(candles.date(left, "xlim"))
        last = candles.times.searchsorted(candles.date(right, "xlim"), side="right") - 1
        return Window(int(first), int(last), 0)
    if keeps_gaps:
        raise ValueError("xlim: with show_nontrading it takes dates, not numbers")
    last = math.floor(right)
    margin = max(0, last - (len(candles.times) - 1))
    return Window(max(0, math.ceil(left)), last - margin, margin)


def _renamed(data: pd.DataFrame, names: Any, needs_volume: bool) -> pd.DataFrame:
    columns = dict(zip(_NAMES, items(names, "columns"), strict=False))
    if len(columns) != 5:
        raise ValueError("columns: it takes five names: of open, high, low, close and volume")
    missing = [name for key, name in columns.items() if name not in data and (key != "volume" or needs_volume)]
    if missing:
        raise ValueError(f"columns: there is no {', '.join(map(str, missing))} in the data")
    return pd.DataFrame({key: data[name] for key, name in columns.items() if name in data})
