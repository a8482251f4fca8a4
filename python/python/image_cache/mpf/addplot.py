"""Series that are drawn besides candles: `addplot`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .arguments import flag, is_same, items, one_of, panel, positive, short
from .chart import Chart, Drawn
from .fills import add_fill
from .keywords import ADDPLOT_KEYWORDS, checked

_POINTS_PER_INCH = 72.0
_FORMS = {"line": "line", "scatter": "scatter", "bar": "bars", "step": "step"}
# Whether a step is before its candle.
_STEPS = {"pre": True, "post": False}
# Markers that point nowhere: the core has one for them, a diamond.
_MARKERS = dict.fromkeys(("o", ".", "D", "d", "s"))
_ARROWS = 'say "o", which is a diamond, or draw arrows with image_cache.draw(marks=[{"kind": "buy", "time": ...}])'


def make_addplot(data: Any, **kwargs: Any) -> dict[str, Any]:
    """What `plot` draws besides candles, for its keyword `addplot`: as many values as there are candles.

    A panel of its own shows one series, named by `ylabel`: in lower case, with `_` between words.
    """
    if not isinstance(data, (pd.Series, pd.DataFrame, np.ndarray, list)):
        raise TypeError(f"addplot: a {type(data).__name__} is no series, frame, array or list of values")
    options = checked(kwargs, ADDPLOT_KEYWORDS, "addplot: ")
    if options["scatter"] and options["type"] == "line":
        options["type"] = "scatter"
    return {"data": data, **options}


def add_plots(chart: Chart, given: Any) -> None:
    """Adds what `make_addplot` gave, ours or mplfinance's, or a list of that."""
    for plot in [given] if isinstance(given, Mapping) else items(given, "addplot"):
        if not isinstance(plot, Mapping) or "data" not in plot:
            raise TypeError("addplot: it takes what make_addplot gives, or a list of that")
        options = checked({name: plot[name] for name in plot if name != "data"}, ADDPLOT_KEYWORDS, "addplot: ")
        data = plot["data"]
        for values in [data[name] for name in data] if isinstance(data, pd.DataFrame) else [data]:
            _add(chart, chart.candles.values(values, "addplot"), options)


def _add(chart: Chart, values: np.ndarray, options: dict[str, Any]) -> None:
    form = one_of(options["type"], "addplot: type", _FORMS, "say line, scatter, bar or step")
    if form == "step" and one_of(options["stepwhere"], "addplot: stepwhere", _STEPS, "say pre or post"):
        # The core keeps a value up to the next candle; `pre` has it from the candle before on.
        values = np.append(values[1:], values[-1])
    at = panel(options["panel"], "addplot: panel")
    on_prices = chart.panels.get(at) == "price"
    if not on_prices and at in chart.panels:
        raise ValueError(
            f"addplot: panel {at} shows {chart.panels[at]} already, and a panel below shows one series; give another "
            "number, or draw MACD, stochastics and the like with image_cache.draw(indicator=...)"
        )
    name = "addplot" if options["ylabel"] is None else _name(options["ylabel"])
    color = chart.color(options["color"], options["alpha"], "addplot: ")
    side = _side(chart, values, options["secondary_y"], on_prices)
    name = chart.add(Drawn(name, (values,), form, not on_prices, side, color, _width(chart, form, options)))
    if not on_prices:
        chart.panels[at] = name
    if options["fill_between"] is not None:
        if not on_prices:
            raise ValueError("addplot: fill_between: a panel below shows one series; leave it out")
        add_fill(chart, options["fill_between"], "addplot: fill_between", side)


def _name(label: Any) -> str:
    name = re.sub("[^a-z0-9]+", "_", label.lower()).strip("_") if isinstance(label, str) else ""
    if name in ("", "auto"):
        raise ValueError(f"addplot: ylabel: {short(label)} names no series; write a word of letters and digits")
    return name


def _side(chart: Chart, values: np.ndarray, second: Any, on_prices: bool) -> str | None:
    """The side of labels, where a series has a scale of its own."""
    if is_same(second, "auto"):
        second = on_prices and _is_of_another_size(chart, values)
    if not flag(second, "addplot: secondary_y"):
        return None
    return "left" if chart.style["price_labels"] == "right" else "right"


def _is_of_another_size(chart: Chart, values: np.ndarray) -> bool:
    """mplfinance's own rule: half an order of magnitude below the lowest price, or above the highest."""

    def size(value: float) -> float:
        return math.log10(max(abs(value), 1e-7))

    if np.isnan(values).all():
        return False
    frame = chart.candles.frame
    is_below = size(np.nanmin(values)) < size(frame["low"].min()) - 0.5
    return is_below or size(np.nanmax(values)) > size(frame["high"].max()) + 0.5


def _width(chart: Chart, form: str, options: dict[str, Any]) -> float | None:
    """Width of lines in pixels; of diamonds, a quarter of their own."""
    width, size = options["width"], options["markersize"]
    if form == "scatter":
        one_of(options["marker"], "addplot: marker", _MARKERS, _ARROWS)
        if is_same(size, ADDPLOT_KEYWORDS["markersize"].default):
            return None
        points = math.sqrt(positive(size, "addplot: markersize")) / 4
    elif width is None or (form == "bars" and width == 0.8):
        return None
    elif form == "bars":
        raise ValueError("addplot: width: bars are as wide as candles; leave it out")
    else:
        points = positive(width, "addplot: width")
    return round(points * chart.dpi / _POINTS_PER_INCH, 1)
