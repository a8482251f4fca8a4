"""Straight lines: `hlines`, `vlines`, `alines` and `tlines`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import cycle, pairwise
from typing import Any

import numpy as np
import pandas as pd

from .arguments import finite, is_number, is_same, items, one_of, pair, percent, short
from .chart import Chart
from .colors import blend, hex_colors

_METHODS = {"point-to-point": False, "least-squares": True, "least squares": True}
# A mark's colour, or nothing for that of the style.
_Color = dict[str, str]


def add_lines(chart: Chart, options: Mapping[str, Any]) -> None:
    """Adds marks for all that the four keywords say."""
    for keyword, add in (("hlines", _hlines), ("vlines", _vlines), ("alines", _alines)):
        if options[keyword] is not None:
            add(chart, options[keyword])
    trends = options["tlines"]
    if isinstance(trends, (list, tuple)) and trends and all(isinstance(one, Mapping) for one in trends):
        for one in trends:
            _tlines(chart, one)
    elif trends is not None:
        _tlines(chart, trends)


def _hlines(chart: Chart, given: Any) -> None:
    prices, colors, _ = _told(chart, given, "hlines", is_dashed=True)
    for price, color in zip([prices] if is_number(prices) else items(prices, "hlines"), colors, strict=False):
        chart.marks.append({"kind": "hline", "price": finite(price, "hlines"), **color})


def _vlines(chart: Chart, given: Any) -> None:
    dates, colors, _ = _told(chart, given, "vlines", is_dashed=True)
    for date, color in zip(dates if isinstance(dates, (list, tuple)) else [dates], colors, strict=False):
        at = chart.candles.position(date, "vlines")
        if chart.window.first <= at <= chart.window.last:
            chart.marks.append({"kind": "vline", "time": chart.candles.times[at], **color})


def _alines(chart: Chart, given: Any) -> None:
    found, colors, _ = _told(chart, given, "alines")
    lines = [items(line, "alines") for line in items(found, "alines")]
    # One line, of points that end with a price, or several of them.
    if all(line and is_number(line[-1]) for line in lines):
        lines = [lines]
    for line, color in zip(lines, colors, strict=False):
        pairs = [pair(point, "alines") for point in line]
        points = [(chart.candles.position(date, "alines"), finite(price, "alines")) for date, price in pairs]
        if len(points) < 2:
            raise ValueError("alines: a line needs two or more pairs of a date and a price")
        for one, other in pairwise(points):
            _line(chart, one, other, color)


def _tlines(chart: Chart, given: Any) -> None:
    pairs, colors, rest = _told(chart, given, "tlines", more=("tline_use", "tline_method"))
    use = rest.get("tline_use", "close")
    names = [str(name).lower() for name in ([use] if isinstance(use, str) else items(use, "tlines: tline_use"))]
    if not names or set(names) - {"open", "high", "low", "close"}:
        raise ValueError(f"tlines: tline_use: {short(use)} is none of open, high, low and close")
    method = rest.get("tline_method", "point-to-point")
    is_fit = one_of(method, "tlines: tline_method", _METHODS, "say point-to-point or least-squares")
    candles = chart.candles
    values = candles.frame[names].mean(axis=1).to_numpy()
    days = (candles.times - candles.times[0]) / pd.Timedelta("1D")
    for ends, color in zip(items(pairs, "tlines"), colors, strict=False):
        left, right = (candles.date(date, "tlines") for date in pair(ends, "tlines"))
        begin = int(candles.times.searchsorted(left))
        end = int(candles.times.searchsorted(right, side="right")) - 1
        if end <= begin:
            raise ValueError(f"tlines: there are no two candles from {left} to {right}")
        prices = values[[begin, end]]
        if is_fit:
            rows = slice(begin, end + 1)
            prices = np.polyval(np.polyfit(days[rows], values[rows], 1), days[[begin, end]])
        _line(chart, (begin, float(prices[0])), (end, float(prices[1])), color)


def _line(chart: Chart, one: tuple[int, float], other: tuple[int, float], color: _Color) -> None:
    """A straight line from candle to candle, as far as the window shows it."""
    (begin, low), (end, high) = sorted((one, other), key=lambda point: point[0])
    first, last = max(begin, chart.window.first), min(end, chart.window.last)
    if first > last:
        return
    slope = (high - low) / (end - begin) if end > begin else 0.0
    prices = {"price": low + slope * (first - begin), "price2": high + slope * (last - end)}
    times = chart.candles.times
    chart.marks.append({"kind": "line", "time": times[first], "time2": times[last], **prices, **color})


def _told(
    chart: Chart, given: Any, keyword: str, is_dashed: bool = False, more: tuple[str, ...] = ()
) -> tuple[Any, Iterable[_Color], dict[str, Any]]:
    """The lines, a colour for each in turn, and what else a dict says."""
    told = dict(given) if isinstance(given, Mapping) else {keyword: given}
    if told.get(keyword) is None:
        raise ValueError(f"{keyword}: a dict needs {keyword}")
    unknown = set(told) - {keyword, "colors", "linestyle", "alpha", *more}
    if unknown:
        raise ValueError(f"{keyword}: {', '.join(sorted(unknown))} cannot be drawn; leave it out")
    usual = ("--", "dashed") if is_dashed else ()
    if not any(is_same(told.get("linestyle"), known) for known in (None, "-", "solid", *usual)):
        raise ValueError(f"{keyword}: linestyle: {short(told['linestyle'])} cannot be drawn; leave it out")
    colors, alpha = told.get("colors"), percent(told.get("alpha", 1), f"{keyword}: alpha") / 100
    if colors is None and alpha == 1:
        return told[keyword], cycle([{}]), told
    ground = chart.style["panel"]
    found = hex_colors(chart.style["label"] if colors is None else colors, f"{keyword}: colors", ground)
    return told[keyword], cycle([{"color": blend(color, ground, alpha)} for color in found]), told
