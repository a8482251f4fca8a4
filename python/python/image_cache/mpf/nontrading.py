"""Empty places where there are no candles: `show_nontrading`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .._native import Picture as Native
from .._picture import Picture
from .._series import Series
from .candles import MOST, Candles, Window

_LENGTHS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


class WithGaps(Picture):
    """A picture whose window begins before the first candle that it shows."""

    __slots__ = ("_start",)

    def __init__(self, native: Native, start: pd.Timestamp) -> None:
        super().__init__(native)
        self._start = np.datetime64(start.to_datetime64(), "ms")

    @property
    def start(self) -> np.datetime64:
        return self._start


def places(series: Series, window: Window) -> int:
    """From the first candle that is shown to the last one, on the core's grid."""
    ends = series.times[[window.first, window.last]]
    length, unit = _length(series)
    if unit in _LENGTHS:
        length *= _LENGTHS[unit]
        # Weeks begin on Mondays, and 1970 on a Thursday.
        origin = 4 * _LENGTHS["d"] if length % _LENGTHS["w"] == 0 else 0
        numbers = (ends.astype(np.int64) - origin) // length
    else:
        numbers = ends.astype("datetime64[M]").astype(np.int64) // length
    count = int(numbers[1] - numbers[0]) + 1
    if count > MOST:
        raise ValueError(
            f"show_nontrading: {count} places are more than the {MOST} of a picture; slice the data, or leave it out"
        )
    return count


def _length(series: Series) -> tuple[int, str]:
    """The interval's number and its unit."""
    unit = series.interval.lstrip("0123456789")
    return int(series.interval.removesuffix(unit)), unit


def with_room_before(candles: Candles, series: Series, count: int) -> Series:
    """A series with so many candles before, since the core asks for as many of them as there are places.

    They are so early that they are in no place of the picture, and have no range.
    """
    first = candles.frame.iloc[:1]
    before = pd.DataFrame({name: np.full(count, first["open"].iloc[0]) for name in first}).assign(volume=0.0)
    length, unit = _length(series)
    # As far apart as the others, months about.
    step = pd.Timedelta(length * _LENGTHS.get(unit, 30 * _LENGTHS["d"]), unit="ms")
    before.index = candles.times[0] - pd.Timedelta("40000D") - np.arange(count, 0, -1) * step
    return Series.from_frame(pd.concat([before, candles.frame]), series.symbol, series.interval)
