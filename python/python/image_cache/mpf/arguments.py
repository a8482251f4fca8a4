"""Values that keywords take. Each error begins with the keyword."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def one_of(given: Any, keyword: str, known: Mapping[str, Any], hint: str) -> Any:
    """What a word stands for."""
    if isinstance(given, str) and given in known:
        return known[given]
    raise ValueError(f"{keyword}: {short(given)} cannot be drawn: {hint}")


def flag(given: Any, keyword: str) -> bool:
    """True or False."""
    if not isinstance(given, (bool, np.bool_)):
        raise TypeError(f"{keyword}: {short(given)} is neither True nor False")
    return bool(given)


def finite(given: Any, keyword: str) -> float:
    """A number."""
    if not is_number(given) or not math.isfinite(given):
        raise ValueError(f"{keyword}: {short(given)} is no finite number")
    return float(given)


def positive(given: Any, keyword: str) -> float:
    """A number above 0."""
    if finite(given, keyword) <= 0:
        raise ValueError(f"{keyword}: {given} is not above 0")
    return float(given)


def whole(given: Any, keyword: str) -> int:
    """A whole number."""
    if finite(given, keyword) != round(given):
        raise ValueError(f"{keyword}: {short(given)} is no whole number")
    return int(given)


def percent(given: Any, keyword: str) -> int:
    """An opacity of 0 to 1, in per cent."""
    if not is_number(given) or not 0 <= given <= 1:
        raise ValueError(f"{keyword}: {short(given)} is no opacity, which is 0 to 1")
    return round(100 * float(given))


def items(given: Any, keyword: str) -> list[Any]:
    """A list."""
    if isinstance(given, (list, tuple, np.ndarray, pd.Series)):
        return list(given)
    raise TypeError(f"{keyword}: {short(given)} is no list")


def pair(given: Any, keyword: str) -> tuple[Any, Any]:
    """Two values."""
    both = items(given, keyword)
    if len(both) != 2:
        raise ValueError(f"{keyword}: it takes two values, not {len(both)}")
    return both[0], both[1]


def panel(given: Any, keyword: str) -> int:
    """A panel's number."""
    number = {"main": 0, "lower": 1}.get(given, given) if isinstance(given, str) else given
    if not 0 <= whole(number, keyword) < 32:
        raise ValueError(f"{keyword}: {number} is no number of a panel, which is 0 to 31")
    return int(number)


def is_number(value: Any) -> bool:
    """Whether a value is a number, and no flag."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def is_same(value: Any, other: Any) -> bool:
    """Whether a value is another one; 1 is not True, nor an array equal to anything."""
    if isinstance(value, bool) or isinstance(other, bool) or value is None or other is None:
        return value is other
    return isinstance(value, type(other)) and bool(value == other)


def short(value: Any) -> str:
    """A value as an error tells it."""
    text = repr(value)
    return text if len(text) <= 60 and "\n" not in text else f"a {type(value).__name__}"
