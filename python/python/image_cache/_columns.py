"""Columns of data frames, tables and dicts as arrays that the core takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

_TIME = ("open_time", "open time", "time", "date", "datetime", "timestamp", "ts")
_PRICES = ("open", "high", "low", "close")
_VOLUME = ("volume", "vol")
# The greatest number of each unit of time, up to the year 5138.
_UNITS = ((1e11, "s"), (1e14, "ms"), (1e17, "us"), (np.inf, "ns"))


def milliseconds(times: Any, what: str = "time") -> np.ndarray:
    """Times as whole milliseconds since 1970 UTC.

    Takes numpy's, pandas', polars' and Python's dates and times of any unit and zone, ISO texts, and numbers of
    seconds, milliseconds, microseconds or nanoseconds, which their size tells apart. Times without a zone are UTC.
    """
    zone = getattr(getattr(times, "dt", times), "tz", None)
    if zone is not None and hasattr(times, "dt"):
        times = times.dt.tz_convert(None)
    elif zone is not None:
        times = times.tz_convert(None)
    array = np.atleast_1d(np.asarray(times))
    if array.dtype == object:
        array = np.array([_utc(time) for time in array.ravel()], dtype="datetime64[ms]")
    elif array.dtype.kind == "U":
        array = np.array([np.datetime64(_without_zone(text)) for text in array.ravel()], dtype="datetime64[ms]")
    if array.dtype.kind in "iuf":
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{what}: row {int(np.argmin(np.isfinite(array)))} has no time")
        largest = float(np.abs(array.astype(np.float64)).max()) if array.size else 0.0
        unit = next(unit for limit, unit in _UNITS if largest < limit)
        array = array.astype(np.int64).astype(f"datetime64[{unit}]")
    if array.dtype.kind != "M":
        raise TypeError(f"{what}: {array.dtype} is no type of times; give dates, or numbers of milliseconds")
    missing = np.isnat(array)
    if missing.any():
        raise ValueError(f"{what}: row {int(np.argmax(missing))} has no time")
    if array.ndim != 1:
        raise ValueError(f"{what}: has {array.ndim} dimensions, not 1")
    return np.ascontiguousarray(array.astype("datetime64[ms]").astype(np.int64))


def _utc(time: Any) -> np.datetime64:
    if isinstance(time, str):
        return np.datetime64(_without_zone(time))
    offset = getattr(time, "utcoffset", lambda: None)()
    return np.datetime64(time.replace(tzinfo=None) - offset if offset is not None else time, "ms")


def _without_zone(text: str) -> str:
    return text[:-1] if text.endswith("Z") else text


def number(values: Any, what: str) -> np.ndarray:
    """Numbers as native floats without gaps between them."""
    try:
        array = np.ascontiguousarray(np.asarray(values), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what}: holds what is no number: {error}") from None
    if array.ndim != 1:
        raise ValueError(f"{what}: has {array.ndim} dimensions, not 1")
    return array


_Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def ohlcv(data: Any) -> _Columns:
    """The six columns of a data frame, a table, a dict or a structured array."""
    columns = _columns(data)
    index = getattr(data, "index", None)
    if hasattr(index, "asfreq") or hasattr(index, "tz_convert"):
        time = index
    else:
        name = next((name for name in _TIME if name in columns), None)
        if name is None:
            raise ValueError(f"there is no column of times; give an index of times, or a column {_list(_TIME)}")
        time = columns[name]
    missing = [name for name in _PRICES if name not in columns]
    if missing:
        raise ValueError(f"there is no column {_list(missing)}; there are {_list(columns)}")
    open, high, low, close = (number(columns[name], name) for name in _PRICES)
    volume = next((number(columns[name], name) for name in _VOLUME if name in columns), None)
    times = milliseconds(time)
    return (times, open, high, low, close, np.zeros(len(times)) if volume is None else volume)


def _columns(data: Any) -> dict[str, Any]:
    """Columns by their names in lower case."""
    if isinstance(data, Mapping):
        names = list(data)
    elif isinstance(data, np.ndarray) and data.dtype.names:
        names = list(data.dtype.names)
    elif hasattr(data, "column_names"):
        names = list(data.column_names)
    elif hasattr(data, "columns"):
        names = list(data.columns)
    else:
        kind = type(data).__name__
        raise TypeError(f"{kind} is no table; give a data frame, a dict of columns, a Series or a file's path")
    columns: dict[str, Any] = {}
    for name in names:
        # Two levels, as yfinance gives them: the price and the ticker.
        short = (
            next((part for part in name if str(part).lower() in _PRICES + _VOLUME), name[0])
            if isinstance(name, tuple) and name
            else name
        )
        key = str(short).strip().lower()
        if key in columns and key in _PRICES + _VOLUME:
            raise ValueError(f"there are several columns {key}; take those of one symbol")
        columns[key] = data[name]
    return columns


def _list(names: Any) -> str:
    return ", ".join(str(name) for name in names)
