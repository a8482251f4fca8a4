"""`plot`: from mplfinance's keywords to the core's knobs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .. import _native
from .._columns import milliseconds
from .._picture import Picture
from .._series import Series, _mark
from .._spec import Spec
from .addplot import add_plots
from .arguments import finite, flag, one_of, pair, positive, short
from .averages import add_averages
from .candles import Candles, window
from .chart import Chart
from .fills import add_fill
from .keywords import BRICKS, KEYWORDS, checked
from .lines import add_lines
from .nontrading import WithGaps, places, with_room_before
from .panels import first_panels, panel_knobs
from .savefig import save, size, target
from .style import chosen

_TYPES = {
    "candle": "candle",
    "candlestick": "candle",
    "ohlc": "ohlc",
    "ohlc_bars": "ohlc",
    "line": "line",
    "hollow_and_filled": "hollow",
    "hollow_candle": "hollow",
    "hollow": "hollow",
    "hnf": "hollow",
}
_SCALES = {"linear": "linear", "log": "log"}
# The keywords that set the core's knobs, whose errors begin with the knob.
_SET_BY = {
    "size": "figsize",
    "labels": "fontscale",
    "range": "ylim",
    "right_margin": "xlim",
    "overlay": "mav and ema",
    "series": "addplot",
    "panel_heights": "panel_ratios",
}


def plot(data: pd.DataFrame, **kwargs: Any) -> Picture:
    """A picture of all the data, or of those within `xlim`: 2 to 2,000 candles. In Jupyter it shows itself.

    Keywords are those of mplfinance; `KEYWORDS` says what becomes of each. With `savefig` the picture is written,
    too: to a path, to whatever has `write`, or as a dict with `fname` and `dpi` says. Times are shown as the index
    has them, in its own time zone. Averages begin where the data are enough for them.
    """
    options = checked(kwargs, KEYWORDS)
    kind = one_of(options["type"], "type", _TYPES, BRICKS)
    has_volume = flag(options["volume"], "volume")
    keeps_gaps = flag(options["show_nontrading"], "show_nontrading")
    dpi, place = target(options["savefig"])
    candles = Candles(data, options["columns"], has_volume)
    shown = window(candles, options["xlim"], keeps_gaps)
    chart = Chart(candles, shown, chosen(options), dpi, first_panels(options, has_volume))
    add_averages(chart, options, keeps_gaps)
    if options["addplot"] is not None:
        add_plots(chart, options["addplot"])
    if options["fill_between"] is not None:
        add_fill(chart, options["fill_between"], "fill_between")
    add_lines(chart, options)
    knobs = _knobs(chart, options) | {"kind": kind, "volume": has_volume}

    series = _series(candles, _symbol(options["title"]))
    end = shown.last
    if keeps_gaps:
        count = places(series, shown)
        knobs |= {"gaps": "slot", "window": count}
        before = max(0, count - (end + 1))
        series, end = with_room_before(candles, series, before), end + before
    native = series._native.draw(end, _spec(knobs, chart.style), _own(chart))
    picture = WithGaps(native, candles.times[shown.first]) if keeps_gaps else Picture(native)
    if place is not None:
        save(picture, place)
    return picture


def _knobs(chart: Chart, options: Mapping[str, Any]) -> dict[str, Any]:
    knobs: dict[str, Any] = {
        "size": size(options, chart.dpi),
        "window": chart.window.length,
        "right_margin": chart.window.margin,
        "scale": one_of(options["yscale"] or "linear", "yscale", _SCALES, "say linear or log"),
        "overlay": chart.overlays,
        "series": [drawn.text() for drawn in chart.series],
        "marks": bool(chart.marks),
        "title": options["title"] is not None,
    }
    if options["fontscale"] is not None:
        knobs["labels"] = round(100 * positive(options["fontscale"], "fontscale"))
    if flag(options["axisoff"], "axisoff"):
        knobs |= {"axes": "bare", "padding": 4}
    if options["ylim"] is not None:
        low, high = (finite(value, "ylim") for value in pair(options["ylim"], "ylim"))
        knobs |= {"range": f"{low!r}..{high!r}", "padding": 0}
    elif (limits := _limits(chart, by_close=options["type"] == "line")) is not None:
        knobs |= {"range": f"{limits[0]!r}..{limits[1]!r}", "padding": 4}
    return knobs | panel_knobs(chart, options)


def _limits(chart: Chart, by_close: bool) -> tuple[float, float] | None:
    """The lowest and the highest price of all that is drawn, where a line would be outside of the panel."""
    levels = [mark[key] for mark in chart.marks for key in ("price", "price2") if key in mark]
    values = [chart.candles.frame[name].to_numpy() for name in (["close"] if by_close else ["low", "high"])]
    values += [part for drawn in chart.series if not (drawn.is_below or drawn.side) for part in drawn.values]
    shown = np.concatenate([part[chart.window.first : chart.window.last + 1] for part in values])
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    if all(low <= level <= high for level in levels):
        return None
    return min(low, *levels), max(high, *levels)


def _spec(knobs: dict[str, Any], style: dict[str, Any]) -> Spec:
    try:
        spec = Spec(**knobs)
    except ValueError as error:
        knob = str(error).partition(":")[0]
        raise ValueError(f"{_SET_BY[knob]}: {error}" if knob in _SET_BY else str(error)) from None
    return Spec.from_json(json.dumps(json.loads(spec.json) | {"style": style}))


def _series(candles: Candles, symbol: str) -> Series:
    try:
        return Series.from_frame(candles.frame, symbol)
    except ValueError as error:
        if not str(error).startswith("interval:"):
            raise
    # Candles at no regular distance: the least one, in whole days, hours, minutes or seconds.
    step = int(np.diff(candles.times).min() / np.timedelta64(1, "s"))
    units = ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s"))
    length, unit = next((one for one in units if step >= one[0]), units[-1])
    return Series.from_frame(candles.frame, symbol, f"{max(1, step // length)}{unit}")


def _own(chart: Chart) -> _native.Own | None:
    if not (chart.series or chart.marks):
        return None
    times = milliseconds(chart.candles.times)
    drawn = [(one.name, times, one.values[0], one.values[1] if one.form == "band" else None) for one in chart.series]
    return _native.Own(drawn, [_mark(mark) for mark in chart.marks])


def _symbol(title: Any) -> str:
    if title is None:
        return "CHART"
    if isinstance(title, str) and re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", title):
        return title
    raise ValueError(
        f"title: {short(title)} is no symbol; a picture's title is what is traded, of letters, digits and . _ - "
        "alone, and the interval: write for example BTC-USD, and other titles beside the picture"
    )
