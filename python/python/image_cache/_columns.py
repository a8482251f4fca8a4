"""Columns of data frames, tables and dicts as arrays that the core takes."""

from __future__ import annotations

import datetime
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
    if str(getattr(times, "dtype", "")).startswith("period"):
        # Periods are taken by their beginnings.
        times = getattr(times, "dt", times).to_timestamp()
    if np.ma.is_masked(times):
        raise ValueError(f"{what}: some rows have no time")
    zone = getattr(getattr(times, "dt", times), "tz", None)
    if zone is not None and hasattr(times, "dt"):
        times = times.dt.tz_convert(None)
    elif zone is not None:
        times = times.tz_convert(None)
    array = np.atleast_1d(np.asarray(times))
    if array.dtype == object:
        array = np.array([_utc(time, what) for time in array.ravel()], dtype="datetime64[ms]")
    elif array.dtype.kind == "U":
        array = np.array([_utc(str(text), what) for text in array.ravel()], dtype="datetime64[ms]")
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


def _utc(time: Any, what: str) -> np.datetime64:
    """One time, which may be a text, of any zone."""
    try:
        if isinstance(time, str):
            text = time.strip().replace("Z", "+00:00") if time.strip().endswith("Z") else time.strip()
            time = datetime.datetime.fromisoformat(text)
        offset = getattr(time, "utcoffset", lambda: None)()
        return np.datetime64(time.replace(tzinfo=None) - offset if offset is not None else time, "ms")
    except (AttributeError, TypeError, ValueError):
        raise ValueError(f"{what}: {time!r} is no time; write 2024-05-01T12:00, or use pandas.to_datetime") from None


def number(values: Any, what: str) -> np.ndarray:
    """Numbers as native floats without gaps between them. What is masked is NaN."""
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    kind = np.asarray(values).dtype.kind
    if kind in "bcmM":
        raise TypeError(f"{what}: {np.asarray(values).dtype} is no type of prices")
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
        if name is None and getattr(index, "nlevels", 1) > 1:
            raise ValueError("its index has several levels; take the rows of one symbol, such as df.loc['BTC']")
        if name is None and str(getattr(index, "name", "")).lower() in _TIME:
            name = getattr(index, "name", None)
            raise ValueError(f"its index {name!r} holds no times; use pandas.to_datetime on it")
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
    if hasattr(data, "collect_schema") and hasattr(data, "collect") and not hasattr(data, "to_numpy"):
        raise TypeError("a lazy frame has no rows yet; call .collect() on it")
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
