"""The way over from mplfinance: `plot` with its signature.

    import image_cache.mpf as mpf

    mpf.plot(df, type="candle", style="yahoo", volume=True, mav=(20, 50), savefig="chart.png")

What a keyword means is the same, pixels are the core's. `KEYWORDS` says of each of mplfinance's keywords what becomes
of it; what a picture cannot show raises an error that names the keyword and what to do instead.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import cycle, pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import _native
from ._colors import blend, hex_color
from ._columns import _columns, number, ohlcv
from ._mpf_style import core_style, percent
from ._picture import Picture
from ._series import Series, _mark, _own
from ._spec import Spec

__all__ = ["ADDPLOT_KEYWORDS", "KEYWORDS", "Keyword", "make_addplot", "plot"]

_DPI = 100.0
_POINTS_PER_INCH = 72.0
# Inches of a figure that says nothing of its size.
_FIGURE = (8.0, 5.75)
_MOST_CANDLES = 2000
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
_FORMS = {"line": "line", "scatter": "scatter", "bar": "bars", "step": "step"}
# Markers that point nowhere: the core has one for them, a diamond.
_MARKERS = ("o", ".", "D", "d", "s")
_ARROWS = 'say "o", which is a diamond, or draw arrows with image_cache.draw(marks=[{"kind": "buy", "time": ...}])'


class Keyword(NamedTuple):
    """What becomes of a keyword: `equal`, `no effect` whatever it says, or `default`.

    Of the last kind, its default and the values of `also` have no effect, and any other value is an error that ends
    with `hint`.
    """

    means: str
    default: Any = None
    hint: str = ""
    also: tuple[Any, ...] = ()


_EQUAL = Keyword("equal")
_NO_FIGURE = "there is no figure of matplotlib; leave it out, and take the Picture that plot returns"
_NO_WIDTHS = "widths follow from the picture's size; leave it out"
_BRICKS = "bricks and points are not drawn; take type candle, ohlc, line or hollow_and_filled"

#: What becomes of each keyword of mplfinance's `plot`.
KEYWORDS: dict[str, Keyword] = {
    "columns": _EQUAL,
    "type": Keyword("equal", "ohlc"),
    "style": _EQUAL,
    "volume": Keyword("equal", False),
    "mav": _EQUAL,
    "ema": _EQUAL,
    "mavcolors": _EQUAL,
    "renko_params": Keyword("default", {}, _BRICKS),
    "pnf_params": Keyword("default", {}, _BRICKS),
    "study": Keyword("default", None, "mplfinance has none either; draw with image_cache.draw(indicator=...)"),
    "marketcolor_overrides": Keyword("default", None, "candles have the style's colours; leave it out"),
    "mco_faceonly": Keyword("default", False, "candles have the style's colours; leave it out"),
    "no_xgaps": Keyword("default", True, "mplfinance gave it up; say show_nontrading=True"),
    "show_nontrading": Keyword("equal", False),
    "figscale": _EQUAL,
    "figratio": _EQUAL,
    "figsize": _EQUAL,
    "fontscale": _EQUAL,
    "linecolor": _EQUAL,
    "title": _EQUAL,
    "axtitle": Keyword("default", None, "panels have no titles; say title, which names what is traded"),
    "xlabel": Keyword("default", None, "the axis of times has no title; leave it out"),
    "ylabel": Keyword("default", "Price", "axes have no titles of one's own; leave it out", ("",)),
    "ylabel_lower": Keyword("default", None, "axes have no titles of one's own; leave it out", ("", "Volume")),
    "addplot": _EQUAL,
    "savefig": _EQUAL,
    "block": Keyword("no effect"),
    "returnfig": Keyword("default", False, _NO_FIGURE),
    "return_calculated_values": Keyword("default", None, "look at the geometry of the Picture that plot returns"),
    "set_ylim": Keyword("default", None, "mplfinance gave it up; say ylim"),
    "ylim": _EQUAL,
    "xlim": _EQUAL,
    "set_ylim_panelB": Keyword("default", None, "mplfinance gave it up; leave it out"),
    "hlines": _EQUAL,
    "vlines": _EQUAL,
    "alines": _EQUAL,
    "tlines": _EQUAL,
    "panel_ratios": _EQUAL,
    "main_panel": Keyword("equal", 0),
    "volume_panel": Keyword("equal", 1),
    "num_panels": _EQUAL,
    "datetime_format": Keyword("default", None, "labels of times follow from the window; leave it out"),
    "xrotation": Keyword("default", 45, "labels of times are level; leave it out, or say 0", (0,)),
    "axisoff": Keyword("equal", False),
    "closefig": Keyword("no effect", "auto"),
    "fill_between": _EQUAL,
    "tight_layout": Keyword("default", False, "margins are as narrow as labels let them be; leave it out"),
    "scale_padding": Keyword("default", 1.0, "margins are as narrow as labels let them be; leave it out", (1,)),
    "width_adjuster_version": Keyword("default", "v1", _NO_WIDTHS),
    "scale_width_adjustment": Keyword("default", None, _NO_WIDTHS),
    "update_width_config": Keyword("default", None, _NO_WIDTHS),
    "return_width_config": Keyword("default", None, "look at the geometry of the Picture that plot returns"),
    "saxbelow": Keyword("default", True, "volumes have a panel of their own; leave it out"),
    "ax": Keyword("default", None, _NO_FIGURE),
    "volume_exponent": Keyword("default", None, "volumes are told in thousands and millions; leave it out"),
    "tz_localize": Keyword(
        "default", True, 'times are those of the index; write data.tz_convert("UTC") for those of UTC'
    ),
    "yscale": _EQUAL,
    "volume_yscale": Keyword("default", None, "volumes are spread evenly; leave it out", ("linear",)),
    "volume_ylim": Keyword("default", None, "volumes begin at 0 and end above the greatest; leave it out"),
    "volume_alpha": _EQUAL,
    "warn_too_much_data": Keyword("no effect", 599),
}

#: What becomes of each keyword of mplfinance's `make_addplot`.
ADDPLOT_KEYWORDS: dict[str, Keyword] = {
    "scatter": Keyword("equal", False),
    "type": Keyword("equal", "line"),
    "mav": Keyword("default", None, "add make_addplot(values.rolling(20).mean())"),
    "panel": Keyword("equal", 0),
    "marker": Keyword("equal", "o"),
    "markersize": Keyword("equal", 18),
    "color": _EQUAL,
    "linestyle": Keyword("default", None, "lines are unbroken; leave it out", ("-", "solid")),
    "linewidths": Keyword("default", None, "markers have no edges; leave it out"),
    "edgecolors": Keyword("default", None, "markers have no edges; leave it out", ("face", "none")),
    "width": _EQUAL,
    "bottom": Keyword("default", 0, "bars begin at 0; leave it out, or add a fill_between"),
    "alpha": Keyword("equal", 1),
    "secondary_y": Keyword("equal", "auto"),
    "y_on_right": _EQUAL,
    "ylabel": _EQUAL,
    "ylim": Keyword("default", None, "a panel shows all its values; leave it out"),
    "title": Keyword("default", None, "panels have no titles; say ylabel, which names the panel"),
    "ax": Keyword("default", None, _NO_FIGURE),
    "yscale": Keyword("default", None, "panels below are linear; leave it out", ("linear",)),
    "stepwhere": Keyword("equal", "pre"),
    "marketcolors": Keyword("default", None, "draw other candles as a picture of their own; leave it out"),
    "fill_between": _EQUAL,
    "label": Keyword("default", None, "say ylabel, which names the panel"),
}


def plot(data: pd.DataFrame, **kwargs: Any) -> Picture:
    """A picture of all the data, or of those within `xlim`: 2 to 2,000 candles. In Jupyter it shows itself.

    Keywords are those of mplfinance; `KEYWORDS` says what becomes of each. With `savefig` the picture is written,
    too: to a path, to whatever has `write`, or as a dict with `fname` and `dpi` says. Times are shown as the index
    has them, in its own time zone. Averages begin where the data are enough for them.
    """
    options = _checked(kwargs, KEYWORDS)
    return _Plot(data, options).picture()


def make_addplot(data: Any, **kwargs: Any) -> dict[str, Any]:
    """What `plot` draws besides candles, for its keyword `addplot`: as many values as there are candles.

    A panel of its own shows one series, named by `ylabel`: in lower case, with `_` between words.
    """
    if not isinstance(data, (pd.Series, pd.DataFrame, np.ndarray, list)):
        raise TypeError(f"addplot: a {type(data).__name__} is no series, frame, array or list of values")
    options = _checked(kwargs, ADDPLOT_KEYWORDS, "addplot: ")
    if options["scatter"] and options["type"] == "line":
        options["type"] = "scatter"
    return {"data": data, **options}


def _checked(given: Mapping[str, Any], keywords: Mapping[str, Keyword], where: str = "") -> dict[str, Any]:
    """All options, those that were not given at their defaults."""
    options = {name: keyword.default for name, keyword in keywords.items()}
    for name, value in given.items():
        if name not in keywords:
            near = get_close_matches(name, keywords, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise TypeError(f"{where}there is no keyword {name}{hint}")
        means, default, hint, also = keywords[name]
        if means == "default" and not any(_is_same(value, other) for other in (None, default, *also)):
            raise ValueError(f"{where}{name}: {_short(value)} cannot be drawn: {hint}")
        if value is not None:
            options[name] = value
    return options


def _is_same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool) or value is None or other is None:
        return value is other
    return isinstance(value, type(other)) and bool(value == other)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 and "\n" not in text else f"a {type(value).__name__}"


class _Drawn(NamedTuple):
    """A series as the core draws it: values at the candles, or two of them of a band."""

    name: str
    values: tuple[np.ndarray, ...]
    form: str = "line"
    is_below: bool = False
    side: str | None = None
    color: str | None = None
    width: float | None = None

    def text(self) -> str:
        parts = [self.name, self.form, "below" if self.is_below else "price", self.side, self.color]
        return ":".join([*filter(None, parts), *([] if self.width is None else [f"{self.width:g}"])])


class _Plot:
    """One call of `plot`."""

    def __init__(self, data: Any, options: dict[str, Any]) -> None:
        self.options = options
        self.kind = _one_of(options["type"], "type", _TYPES, _BRICKS)
        self.has_volume = _flag(options, "volume")
        self.frame = _frame(data, options["columns"], self.has_volume)
        self.times = self.frame.index
        self.first, self.last, self.margin = self._stretch()
        self.dpi, self.save_to = _target(options["savefig"])
        self.style = self._style()
        self.series: list[_Drawn] = []
        self.marks: list[dict[str, Any]] = []
        self.panels = self._panels()

    def picture(self) -> Picture:
        """Draws, and writes where that is asked for."""
        self._averages()
        self._addplots()
        self._fills()
        self._hlines()
        self._vlines()
        self._alines()
        self._tlines()
        candles, empty, places = self._candles()
        spec = Spec(**self._knobs(places))
        spec = Spec.from_json(json.dumps(json.loads(spec.json) | {"style": self.style}))
        shown = [
            _own(drawn.name, tuple(pd.Series(part, self.times) for part in drawn.values), candles)
            if len(drawn.values) == 2
            else _own(drawn.name, pd.Series(drawn.values[0], self.times), candles)
            for drawn in self.series
        ]
        own = _native.Own(shown, [_mark(mark) for mark in self.marks]) if shown or self.marks else None
        native = candles._native.draw(self.last + empty, spec, own)
        if self._keeps_gaps():
            picture: Picture = _WithGaps(native)
            picture._start = self.times[self.first].to_datetime64().astype("datetime64[ms]")
        else:
            picture = Picture(native)
        if self.save_to is not None:
            _save(picture, self.save_to)
        return picture

    # What is shown of the data.

    def _stretch(self) -> tuple[int, int, int]:
        """The first candle and the last one that are shown, and the free places behind."""
        count, limits = len(self.times), self.options["xlim"]
        first, last, margin = 0, count - 1, 0
        if limits is not None:
            left, right = _pair(limits, "xlim")
            if _is_number(left) and _is_number(right):
                if self._keeps_gaps():
                    raise ValueError("xlim: with show_nontrading it takes dates, not numbers")
                first, last = max(0, math.ceil(left)), math.floor(right)
                margin = max(0, last - (count - 1))
                last -= margin
            else:
                left, right = (self._date(at, "xlim") for at in (left, right))
                first = int(self.times.searchsorted(left))
                last = int(self.times.searchsorted(right, side="right")) - 1
            if margin > 100:
                raise ValueError("xlim: there are at most 100 free places behind the last candle")
        shown = last + 1 - first
        where = "data" if limits is None else "xlim"
        if shown < 2:
            raise ValueError(f"{where}: a picture shows 2 candles or more, not {max(0, shown)}")
        if shown > _MOST_CANDLES:
            hint = f"slice them, as in data.iloc[-{_MOST_CANDLES}:]"
            raise ValueError(f"{where}: {shown} candles are more than the {_MOST_CANDLES} of a picture; {hint}")
        return first, last, margin

    def _keeps_gaps(self) -> bool:
        return _flag(self.options, "show_nontrading")

    def _candles(self) -> tuple[Series, int, int]:
        """All candles, how many were put before them that no picture shows, and the places of the picture.

        Hollow candles need the close before the first one, and a picture with gaps as many candles as places.
        """
        rows = self.frame
        arrays = [rows[name].to_numpy() for name in ("open", "high", "low", "close", "volume")]
        title = self.options["title"]
        symbol = "CHART" if title is None else _symbol(title)
        try:
            series = Series.from_arrays(self.times, *arrays, symbol=symbol)
        except ValueError as error:
            if not str(error).startswith("interval:"):
                raise
            interval = _least_interval(self.times)
            series = Series.from_arrays(self.times, *arrays, symbol=symbol, interval=interval)
        empty, places = 0, self.last + 1 - self.first
        if self._keeps_gaps():
            shown = series.times[[self.first, self.last]].astype(np.int64)
            places = int(np.diff(_places(shown, series.interval))[0]) + 1
            if places > _MOST_CANDLES:
                raise ValueError(
                    f"show_nontrading: {places} places are more than the {_MOST_CANDLES} of a picture; slice the "
                    "data, or leave it out"
                )
            empty = max(0, places - (self.last + 1))
        if self.kind == "hollow":
            empty += 1
        if not empty:
            return series, 0, places
        times = series.times
        # So early that they are in no place of the picture, whatever the interval.
        before = times[0] - np.timedelta64(40_000, "D") - np.arange(empty, 0, -1).astype("timedelta64[D]")
        first = np.full(empty, arrays[0][0])
        columns = [np.concatenate([first, values]) for values in arrays[:4]]
        volume = np.concatenate([np.zeros(empty), arrays[4]])
        times = np.concatenate([before, times])
        longer = Series.from_arrays(times, *columns, volume, symbol=symbol, interval=series.interval)
        return longer, empty, places

    def _date(self, value: Any, keyword: str) -> pd.Timestamp:
        """A date or time as the index shows it."""
        if not isinstance(value, (str, datetime.date, np.datetime64)):
            raise TypeError(f"{keyword}: {_short(value)} is no date")
        try:
            time = pd.Timestamp(value)
        except ValueError:
            raise ValueError(f"{keyword}: {value!r} is no date") from None
        if pd.isna(time):
            raise ValueError(f"{keyword}: {value!r} is no date")
        zone = self.frame.attrs["zone"]
        if time.tz is not None:
            if zone is None:
                raise ValueError(f"{keyword}: {value} has a time zone, and the index of the data has none")
            time = time.tz_convert(zone).tz_localize(None)
        return time

    def _candle(self, value: Any, keyword: str) -> int:
        """The candle at or before a date."""
        time = self._date(value, keyword)
        steps = np.diff(self.times)
        if not self.times[0] <= time < self.times[-1] + steps.min():
            ends = f"{self.times[0]} to {self.times[-1]}"
            raise ValueError(f"{keyword}: {value} is outside of the data, which are of {ends}")
        return int(self.times.searchsorted(time, side="right")) - 1

    # How it looks.

    def _style(self) -> dict[str, Any]:
        style = core_style(self.options["style"])
        changed: dict[str, Any] = {}
        if _flag(self.options, "axisoff") and style["panel"] != style["figure"]:
            changed["panel"] = style["figure"]
        if self.options["linecolor"] is not None:
            changed["line"] = hex_color(self.options["linecolor"], "linecolor", style["panel"])
        if self.options["volume_alpha"] is not None:
            changed["volume_alpha"] = percent(self.options["volume_alpha"], "volume_alpha")
        return style | changed | {"name": "mpf"} if changed else style

    def _knobs(self, window: int) -> dict[str, Any]:
        options = self.options
        scale = options["yscale"]
        if isinstance(scale, Mapping):
            if set(scale) != {"yscale"}:
                raise ValueError("yscale: a dict says yscale alone")
            scale = scale["yscale"]
        knobs: dict[str, Any] = {
            "size": self._size(),
            "window": window,
            "kind": self.kind,
            "volume": self.has_volume,
            "gaps": "slot" if self._keeps_gaps() else "collapse",
            "right_margin": self.margin,
            "scale": _one_of(scale or "linear", "yscale", {"linear": "linear", "log": "log"}, "say linear or log"),
            "marks": bool(self.marks),
            "series": [drawn.text() for drawn in self.series],
            "title": options["title"] is not None,
        }
        if options["fontscale"] is not None:
            labels = round(100 * _positive(options["fontscale"], "fontscale"))
            if not 25 <= labels <= 400:
                raise ValueError(f"fontscale: {options['fontscale']} is outside 0.25 to 4")
            knobs["labels"] = labels
        if _flag(options, "axisoff"):
            knobs |= {"axes": "bare", "padding": 4}
        if options["ylim"] is not None:
            low, high = (_finite(value, "ylim") for value in _pair(options["ylim"], "ylim"))
            if low >= high:
                raise ValueError(f"ylim: the lower limit {low:g} is not below the upper one {high:g}")
            knobs |= {"range": f"{low!r}..{high!r}", "padding": 0}
        elif (limits := self._limits()) is not None:
            knobs |= {"range": f"{limits[0]!r}..{limits[1]!r}", "padding": 4}
        if knobs["scale"] == "log":
            lowest = self.frame["low"].iloc[self.first : self.last + 1].min()
            if not lowest > 0 or (options["ylim"] is not None and low <= 0):
                raise ValueError("yscale: log takes prices above 0 alone; say linear")
        return knobs | self._heights()

    def _limits(self) -> tuple[float, float] | None:
        """The lowest and the highest price of all that is drawn, where a line would be outside of the panel."""
        levels = [mark[key] for mark in self.marks for key in ("price", "price2") if key in mark]
        shown = slice(self.first, self.last + 1)
        names = ("close", "close") if self.kind == "line" else ("low", "high")
        values = [self.frame[name].to_numpy()[shown] for name in names]
        on_prices = [drawn for drawn in self.series if not drawn.is_below and not drawn.side]
        values += [part[shown] for drawn in on_prices for part in drawn.values]
        all_values = np.concatenate(values)
        low, high = float(np.nanmin(all_values)), float(np.nanmax(all_values))
        if not levels or (low <= min(levels) and max(levels) <= high):
            return None
        return min(low, *levels), max(high, *levels)

    def _size(self) -> tuple[int, int]:
        options = self.options
        if options["figsize"] is not None:
            inches = [_positive(value, "figsize") for value in _pair(options["figsize"], "figsize")]
            where = "figsize"
        else:
            ratio = _FIGURE if options["figratio"] is None else options["figratio"]
            width, height = (_positive(value, "figratio") for value in _pair(ratio, "figratio"))
            if not 0.2 <= width / height <= 5:
                raise ValueError(f"figratio: {width:g} to {height:g} is outside 1 to 5, and 5 to 1")
            scale = 1.0 if options["figscale"] is None else _positive(options["figscale"], "figscale")
            # In the order of mplfinance, whose sizes are cut off to whole pixels.
            inches = [side * (_FIGURE[1] / height) * scale for side in (width, height)]
            where = "figscale"
        pixels = [int(side * self.dpi) for side in inches]
        if not all(8 <= side <= 8192 for side in pixels):
            raise ValueError(f"{where}: {pixels[0]} x {pixels[1]} pixels are outside 8 to 8192 a side")
        return pixels[0], pixels[1]

    # Panels.

    def _panels(self) -> dict[int, str]:
        """The names of panels by their numbers; those of series are added later."""
        main, volume = (_panel(self.options[name], name) for name in ("main_panel", "volume_panel"))
        panels = {main: "price"}
        if self.has_volume:
            if volume == main:
                raise ValueError("volume_panel: volumes and prices have panels of their own; say another number")
            panels[volume] = "volume"
        return panels

    def _heights(self) -> dict[str, Any]:
        numbers = sorted({0, *self.panels})
        missing = [at for at in range(numbers[-1] + 1) if at not in self.panels]
        if missing:
            raise ValueError(f"panel: there are panels up to {numbers[-1]}, and nothing is in panel {missing[0]}")
        names = [self.panels[at] for at in numbers]
        count = self.options["num_panels"]
        if count is not None and count != len(names):
            raise ValueError(f"num_panels: {_short(count)} is not the {len(names)} panels that show something")
        ratios = self.options["panel_ratios"]
        below = [drawn.name for drawn in self.series if drawn.is_below]
        usual = ["price", *(["volume"] if self.has_volume else []), *below]
        order = {} if names == usual else {"panel_order": names}
        if ratios is None:
            return order
        if not isinstance(ratios, (list, tuple)):
            raise TypeError(f"panel_ratios: {_short(ratios)} is no list of numbers")
        parts = [_positive(ratio, "panel_ratios") for ratio in ratios]
        if len(parts) == 2 and len(names) > 2:
            parts = [parts[0] if name == "price" else parts[1] for name in names]
        if len(parts) != len(names):
            raise ValueError(f"panel_ratios: there are {len(parts)} of them for {len(names)} panels")
        # Parts of the core are whole, 1 to 100.
        if any(part != round(part) or part > 100 for part in parts):
            parts = [max(1, 100 * part / max(parts)) for part in parts]
        heights = [f"{name}:{round(part)}" for name, part in zip(names, parts, strict=True)]
        return {**order, "panel_heights": heights}

    # Series.

    def _add(self, drawn: _Drawn) -> str:
        """Adds a series, under a name that no other one has."""
        taken = {"price", "volume", *(other.name for other in self.series)}
        name, number = drawn.name[:32], 2
        while name in taken:
            name, number = f"{drawn.name[:28]}_{number}", number + 1
        if any(np.isinf(part).any() for part in drawn.values):
            raise ValueError(f"addplot: {name} has a value that is not finite; write NaN where there is none")
        self.series.append(drawn._replace(name=name))
        return name

    def _averages(self) -> None:
        colors: Iterable[str | None] = [None]
        if self.options["mavcolors"] is not None:
            colors = _colors(self.options["mavcolors"], "mavcolors", self.style["panel"])
        in_turn = cycle(colors)
        close = self.frame["close"]
        for keyword, name in (("mav", "sma"), ("ema", "ema")):
            for period, shift in _periods(self.options[keyword], keyword):
                spread = close.rolling(period) if name == "sma" else close.ewm(span=period, adjust=False)
                values = spread.mean().shift(shift)
                self._add(_Drawn(f"{name}_{period}", (values.to_numpy(),), color=next(in_turn)))

    def _addplots(self) -> None:
        plots = self.options["addplot"]
        for plot in [] if plots is None else [plots] if isinstance(plots, Mapping) else _list(plots, "addplot"):
            if not isinstance(plot, Mapping) or "data" not in plot:
                raise TypeError("addplot: it takes what make_addplot gives, or a list of that")
            given = {key: value for key, value in plot.items() if key != "data"}
            data = plot["data"]
            options = _checked(given, ADDPLOT_KEYWORDS, "addplot: ")
            columns = [data[name] for name in data] if isinstance(data, pd.DataFrame) else [data]
            for values in columns:
                self._addplot(number(values, "addplot"), options)

    def _addplot(self, values: np.ndarray, options: dict[str, Any]) -> None:
        if len(values) != len(self.times):
            raise ValueError(f"addplot: there are {len(values)} values for {len(self.times)} candles")
        form = _one_of(options["type"], "addplot: type", _FORMS, "say line, scatter, bar or step")
        if form == "step":
            where = _one_of(options["stepwhere"], "addplot: stepwhere", {"pre": 1, "post": 0}, "say pre or post")
            # The core keeps a value up to the next candle; `pre` has it from the candle before on.
            values = np.concatenate([values[where:], values[-1:]]) if where else values
        panel = _panel(options["panel"], "addplot: panel")
        main = next(at for at, name in self.panels.items() if name == "price")
        on_prices = panel == main
        if not on_prices and panel in self.panels:
            raise ValueError(
                f"addplot: panel {panel} shows {self.panels[panel]} already, and a panel below shows one series; "
                "give another number, or draw MACD, stochastics and the like with image_cache.draw(indicator=...)"
            )
        name = "addplot" if options["ylabel"] is None else _name(options["ylabel"])
        color = self._color(options["color"], options["alpha"], "addplot: color", "addplot: alpha", len(self.series))
        side = self._side(values, options, on_prices)
        drawn = _Drawn(name, (values,), form, not on_prices, side, color, self._width(form, options))
        name = self._add(drawn)
        if not on_prices:
            self.panels[panel] = name
        if options["fill_between"] is not None:
            if not on_prices:
                raise ValueError("addplot: fill_between: a panel below shows one series; leave it out")
            self._fill(options["fill_between"], "addplot: fill_between", side)

    def _side(self, values: np.ndarray, options: dict[str, Any], on_prices: bool) -> str | None:
        """The side of labels, where a series has a scale of its own, or its panel is labelled on another side."""
        usual = self.style["price_labels"]
        other = "left" if usual == "right" else "right"
        on_right, second = options["y_on_right"], options["secondary_y"]
        if on_prices and on_right not in (None, usual == "right"):
            raise ValueError(f"addplot: y_on_right: prices are labelled on the {usual} by the style; leave it out")
        if on_right is not None:
            usual, other = ("right", "left") if on_right else ("left", "right")
        if second == "auto":
            second = on_prices and self._is_of_another_size(values)
        elif not isinstance(second, (bool, np.bool_)):
            raise ValueError(f"addplot: secondary_y: {_short(second)} is none of True, False and 'auto'")
        if second:
            return other
        return None if on_prices or on_right is None else usual

    def _is_of_another_size(self, values: np.ndarray) -> bool:
        """mplfinance's own rule: half an order of magnitude below the lowest price, or above the highest."""
        if np.isnan(values).all():
            return False

        def size(value: float) -> float:
            return math.log10(max(abs(value), 1e-7))

        low, high = self.frame["low"].min(), self.frame["high"].max()
        return size(np.nanmin(values)) < size(low) - 0.5 or size(np.nanmax(values)) > size(high) + 0.5

    def _width(self, form: str, options: dict[str, Any]) -> float | None:
        """Width of lines in pixels; of diamonds, a quarter of their own."""
        width, size = options["width"], options["markersize"]
        if form == "scatter":
            _one_of(options["marker"], "addplot: marker", dict.fromkeys(_MARKERS), _ARROWS)
            if _is_same(size, ADDPLOT_KEYWORDS["markersize"].default):
                return None
            across = math.sqrt(_positive(size, "addplot: markersize"))
            return float(np.clip(round(across * self.dpi / _POINTS_PER_INCH / 4, 1), 0.5, 20))
        if width is None or (form == "bars" and width == 0.8):
            return None
        if form == "bars":
            raise ValueError("addplot: width: bars are as wide as candles; leave it out")
        pixels = round(_positive(width, "addplot: width") * self.dpi / _POINTS_PER_INCH, 1)
        if not 0.5 <= pixels <= 20:
            raise ValueError(f"addplot: width: {pixels:g} pixels are outside 0.5 to 20")
        return pixels

    def _color(self, color: Any, alpha: Any, what: str, what_alpha: str, turn: int) -> str | None:
        """A colour as it is seen on the panel; without one, and without an opacity, the style's next."""
        part = percent(1 if alpha is None else alpha, what_alpha) / 100
        ground = self.style["panel"]
        if color is None and part == 1:
            return None
        in_turn = self.style["overlay_colors"]
        found = in_turn[turn % len(in_turn)] if color is None else hex_color(color, what, ground)
        return blend(found, ground, part)

    def _fills(self) -> None:
        if self.options["fill_between"] is not None:
            self._fill(self.options["fill_between"], "fill_between", None)

    def _fill(self, given: Any, keyword: str, side: str | None) -> None:
        """Bands: one of values and 0, or dicts. Their fill is faint, whatever `alpha` says."""
        if isinstance(given, (list, tuple)) and given and all(isinstance(one, Mapping) for one in given):
            for one in given:
                self._fill(one, keyword, side)
            return
        fill = dict(given) if isinstance(given, Mapping) else {"y1": given}
        if "y1" not in fill:
            raise ValueError(f"{keyword}: a dict needs y1")
        unknown = set(fill) - {"y1", "y2", "where", "color", "facecolor", "alpha", "panel"}
        if unknown:
            raise ValueError(f"{keyword}: {', '.join(sorted(unknown))} cannot be drawn; leave it out")
        if self.panels.get(_panel(fill.get("panel", self.options["main_panel"]), f"{keyword}: panel")) != "price":
            raise ValueError(f"{keyword}: panel: bands are drawn over prices alone; leave it out")
        percent(1 if fill.get("alpha") is None else fill["alpha"], f"{keyword}: alpha")
        ends = [self._values(fill.get(key, 0.0), f"{keyword}: {key}") for key in ("y1", "y2")]
        if fill.get("where") is not None:
            where = np.asarray(fill["where"], dtype=bool)
            if where.shape != self.times.shape:
                raise ValueError(f"{keyword}: where has {where.size} values for {len(self.times)} candles")
            ends = [np.where(where, part, np.nan) for part in ends]
        color = fill.get("color", fill.get("facecolor"))
        color = None if color is None else hex_color(color, f"{keyword}: color", self.style["panel"])
        band = (np.minimum(*ends), np.maximum(*ends))
        self._add(_Drawn("fill", band, "band", side=side, color=color))

    def _values(self, given: Any, keyword: str) -> np.ndarray:
        if _is_number(given):
            return np.full(len(self.times), float(given))
        values = number(given, keyword)
        if len(values) != len(self.times):
            raise ValueError(f"{keyword} has {len(values)} values for {len(self.times)} candles")
        return values

    # Lines.

    def _hlines(self) -> None:
        given, colors, _ = self._line_options("hlines", ("--", "dashed"), "level lines are dashed; leave it out")
        for price, color in zip([given] if _is_number(given) else given, colors, strict=False):
            self.marks.append({"kind": "hline", "price": _finite(price, "hlines"), **color})

    def _vlines(self) -> None:
        given, colors, _ = self._line_options("vlines", ("--", "dashed"), "upright lines are dashed; leave it out")
        dates = given if isinstance(given, (list, tuple)) else [given]
        for date, color in zip(dates, colors, strict=False):
            at = self._candle(date, "vlines")
            if self.first <= at <= self.last:
                self.marks.append({"kind": "vline", "time": self.times[at], **color})

    def _alines(self) -> None:
        given, colors, _ = self._line_options("alines", (), "lines are unbroken; leave it out")
        is_one = bool(given) and all(isinstance(one, (list, tuple)) and one and _is_number(one[-1]) for one in given)
        for line, color in zip([given] if is_one else given, colors, strict=False):
            if not isinstance(line, (list, tuple)) or len(line) < 2:
                raise ValueError("alines: a line needs two or more pairs of a date and a price")
            pairs = [_pair(point, "alines") for point in line]
            points = [(self._candle(date, "alines"), _finite(price, "alines")) for date, price in pairs]
            for one, other in pairwise(points):
                self._line(one, other, color)

    def _tlines(self) -> None:
        given = self.options["tlines"]
        if isinstance(given, (list, tuple)) and given and all(isinstance(one, Mapping) for one in given):
            for one in given:
                self._trends(one)
        elif given is not None:
            self._trends(given)

    def _trends(self, given: Any) -> None:
        pairs, colors, rest = self._line_options(
            "tlines", (), "lines are unbroken; leave it out", given, ("tline_use", "tline_method")
        )
        use, method = rest.get("tline_use", "close"), rest.get("tline_method", "point-to-point")
        names = [str(name).lower() for name in ([use] if isinstance(use, str) else _list(use, "tlines: tline_use"))]
        if not names or any(name not in ("open", "high", "low", "close") for name in names):
            raise ValueError(f"tlines: tline_use: {_short(use)} is none of open, high, low and close")
        values = self.frame[names].mean(axis=1).to_numpy()
        known = {"point-to-point": False, "least-squares": True, "least squares": True}
        is_fit = _one_of(method, "tlines: tline_method", known, "say point-to-point or least-squares")
        days = self.times.to_numpy().astype("datetime64[ms]").astype(np.float64) / 86_400_000
        for pair, color in zip(pairs, colors, strict=False):
            dates = [(date, self._date(date, "tlines")) for date in _pair(pair, "tlines")]
            # A text such as 2024-05 is a stretch of time, all of which is within the line's ends.
            ends = [date if isinstance(date, str) and pd.Timestamp(date).tz is None else at for date, at in dates]
            rows = np.arange(len(days))[self.times.slice_indexer(*ends)]
            if len(rows) < 2:
                raise ValueError(f"tlines: there are no two candles from {pair[0]} to {pair[1]}")
            begin, end = int(rows[0]), int(rows[-1])
            prices = [float(values[at]) for at in (begin, end)]
            if is_fit:
                slope, base = np.polyfit(days[rows] - days[begin], values[rows], 1)
                prices = [float(base), float(base + slope * (days[end] - days[begin]))]
            self._line((begin, prices[0]), (end, prices[1]), color)

    def _line(self, one: tuple[int, float], other: tuple[int, float], color: dict[str, str]) -> None:
        """A straight line from candle to candle, as far as the window shows it."""
        (begin, low), (end, high) = sorted((one, other), key=lambda point: point[0])
        first, last = max(begin, self.first), min(end, self.last)
        if first > last:
            return
        slope = (high - low) / (end - begin) if end > begin else 0.0
        prices = [low + slope * (first - begin), high + slope * (last - end)]
        mark = {"kind": "line", "time": self.times[first], "time2": self.times[last], **color}
        self.marks.append({**mark, "price": prices[0], "price2": prices[1]})

    def _line_options(
        self, keyword: str, dashes: tuple[str, ...], hint: str, given: Any = None, more: tuple[str, ...] = ()
    ) -> tuple[Any, Iterable[dict[str, str]], dict[str, Any]]:
        """What a keyword of lines says: the lines, a colour for each in turn, and the rest of a dict."""
        given = self.options[keyword] if given is None else given
        fields = dict(given) if isinstance(given, Mapping) else {keyword: given}
        lines = fields.pop(keyword, None)
        if lines is None and given is not None:
            raise ValueError(f"{keyword}: a dict needs {keyword}")
        if not (_is_number(lines) or keyword == "vlines"):
            lines = _list(() if lines is None else lines, keyword)
        for name, known, why in (
            ("linestyle", (None, "-", "solid", *dashes), hint),
            ("linewidths", (None,), "lines are as wide as the picture's size asks for; leave it out"),
        ):
            if not any(_is_same(fields.get(name), value) for value in known):
                raise ValueError(f"{keyword}: {name}: {_short(fields[name])} cannot be drawn: {why}")
        unknown = set(fields) - {"colors", "linestyle", "linewidths", "alpha", *more}
        if unknown:
            raise ValueError(f"{keyword}: there is no {', '.join(sorted(unknown))}")
        colors, alpha = fields.get("colors"), fields.get("alpha")
        part = percent(1 if alpha is None else alpha, f"{keyword}: alpha") / 100
        ground = self.style["panel"]
        found = [self.style["label"]] if colors is None else _colors(colors, f"{keyword}: colors", ground)
        seen = [{"color": blend(color, ground, part)} for color in found]
        return (() if lines is None else lines), cycle([{}] if colors is None and part == 1 else seen), fields


class _WithGaps(Picture):
    """A picture whose window begins before the first candle that it shows."""

    __slots__ = ("_start",)

    @property
    def start(self) -> np.datetime64:
        return self._start


def _frame(data: Any, names: Any, needs_volume: bool) -> pd.DataFrame:
    """Prices and volumes by the names of the core, at the times that the index shows."""
    if not isinstance(data, pd.DataFrame) or not isinstance(data.index, pd.DatetimeIndex):
        raise TypeError("data: plot takes a DataFrame of pandas with a DatetimeIndex; image_cache.draw takes more")
    zone = data.index.tz
    shown = data.set_axis(data.index.tz_localize(None), axis=0)
    if names is not None:
        if not isinstance(names, (list, tuple)) or len(names) != 5:
            raise TypeError("columns: it takes five names: of open, high, low, close and volume")
        columns = dict(zip(("open", "high", "low", "close", "volume"), names, strict=True))
        missing = [name for key, name in columns.items() if name not in shown and (key != "volume" or needs_volume)]
        if missing:
            raise ValueError(f"columns: there is no {', '.join(map(str, missing))} in the data")
        shown = pd.DataFrame({key: shown[name] for key, name in columns.items() if name in shown})
    elif needs_volume and not {"volume", "vol"} & set(_columns(shown)):
        raise ValueError("volume: there is no column of volumes; leave volume out, or name it with columns")
    if not (shown.index.is_monotonic_increasing and shown.index.is_unique):
        hint = "; or, where clocks were put back, convert it with data.tz_convert" if zone is not None else ""
        raise ValueError(f"data: times must rise, each once; sort the index, and drop what is twice{hint}")
    _, *values = ohlcv(shown)
    if not needs_volume and not (np.isfinite(values[4]) & (values[4] >= 0)).all():
        values[4] = np.zeros(len(shown))
    frame = pd.DataFrame(dict(zip(("open", "high", "low", "close", "volume"), values, strict=True)), shown.index)
    frame.attrs["zone"] = zone
    return frame


def _least_interval(times: pd.DatetimeIndex) -> str:
    """The interval of candles at no regular distance: the least one, in whole days, hours, minutes or seconds."""
    step = np.diff(times.to_numpy()).min() / np.timedelta64(1, "s")
    length, unit = next(
        (length, unit)
        for length, unit in ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s"))
        if step >= length or unit == "s"
    )
    return f"{max(1, int(step // length))}{unit}"


def _places(times: np.ndarray, interval: str) -> np.ndarray:
    """The places of times on the grid of an interval, as the core has them."""
    count, unit = int(re.match("[0-9]+", interval)[0]), interval.lstrip("0123456789")
    if unit in ("M", "mo"):
        months = times.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
        return months // count
    length = count * {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}[unit]
    # Weeks begin on Mondays, and 1970 on a Thursday.
    return (times - (345_600_000 if length % 604_800_000 == 0 else 0)) // length


def _target(given: Any) -> tuple[float, Any]:
    """Dots per inch, and where to write."""
    if given is None:
        return _DPI, None
    fields = dict(given) if isinstance(given, Mapping) else {"fname": given}
    target, dpi = fields.pop("fname", None), fields.pop("dpi", _DPI)
    # Room around what is cut out: nothing is.
    fields.pop("pad_inches", None)
    if target is None:
        raise ValueError("savefig: a dict needs fname")
    if not isinstance(form := fields.pop("format", None) or "png", str) or form.lower() != "png":
        raise ValueError(f"savefig: format: {_short(form)} cannot be written; say png")
    left = [name for name, value in fields.items() if value is not None and not _is_same(value, False)]
    if left:
        raise ValueError(f"savefig: {', '.join(left)} cannot be told to a picture; leave it out")
    if isinstance(target, (str, os.PathLike)):
        path = os.fspath(target)
        ending = os.path.splitext(path)[1].lower()
        if ending not in ("", ".png"):
            raise ValueError(f"savefig: a picture is a PNG, and no {ending[1:]}; end the file's name with .png")
        target = path if ending else f"{path}.png"
    elif not hasattr(target, "write"):
        raise TypeError(f"savefig: a {type(target).__name__} is neither a path nor a thing to write to")
    return _DPI if dpi in (None, "figure") else _positive(dpi, "savefig: dpi"), target


def _save(picture: Picture, target: Any) -> None:
    if isinstance(target, str):
        picture.save(target)
    else:
        target.write(picture.png)


def _symbol(title: Any) -> str:
    if isinstance(title, str) and re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", title):
        return title
    raise ValueError(
        f"title: {_short(title)} is no symbol; a picture's title is what is traded, of letters, digits and . _ - "
        "alone, and the interval: write for example BTC-USD, and other titles beside the picture"
    )


def _name(label: Any) -> str:
    name = re.sub("[^a-z0-9]+", "_", label.lower()).strip("_")[:32] if isinstance(label, str) else ""
    if name in ("", "auto"):
        raise ValueError(f"addplot: ylabel: {_short(label)} names no series; write a word of letters and digits")
    return name


def _panel(given: Any, keyword: str) -> int:
    found = {"main": 0, "lower": 1, "A": 0, "B": 1, "C": 2}.get(given, given) if isinstance(given, str) else given
    if isinstance(found, bool) or not isinstance(found, (int, np.integer)) or not 0 <= found < 32:
        raise ValueError(f"{keyword}: {_short(given)} is no number of a panel, which is 0 to 31")
    return int(found)


def _periods(given: Any, keyword: str) -> list[tuple[int, int]]:
    """Periods of averages, and how far each is moved to the right."""
    shifts: Any = 0
    if isinstance(given, Mapping):
        if "period" not in given or set(given) - {"period", "shift"}:
            raise ValueError(f"{keyword}: a dict says period, and shift")
        given, shifts = given["period"], given.get("shift", 0)
    if given is None:
        return []
    periods = list(given) if isinstance(given, (list, tuple)) else [given]
    shifts = list(shifts) if isinstance(shifts, (list, tuple)) else [shifts] * len(periods)
    whole = [isinstance(one, (int, np.integer)) and not isinstance(one, bool) for one in (*periods, *shifts)]
    if not all(whole) or any(period < 2 for period in periods) or len(periods) != len(shifts):
        raise ValueError(f"{keyword}: {_short(given)} is no period, which is 2 or more candles, or a list of them")
    return [(int(period), int(shift)) for period, shift in zip(periods, shifts, strict=True)]


def _colors(given: Any, keyword: str, over: str) -> list[str]:
    """One colour or several."""
    try:
        return [hex_color(given, keyword, over)]
    except ValueError:
        if isinstance(given, str) or not isinstance(given, (list, tuple)) or not given:
            raise
    return [hex_color(color, keyword, over) for color in given]


def _one_of(given: Any, keyword: str, known: Mapping[str, Any], hint: str) -> Any:
    if isinstance(given, str) and given in known:
        return known[given]
    raise ValueError(f"{keyword}: {_short(given)} cannot be drawn: {hint}")


def _flag(options: Mapping[str, Any], keyword: str) -> bool:
    value = options[keyword]
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{keyword}: {_short(value)} is neither True nor False")
    return bool(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _finite(value: Any, keyword: str) -> float:
    if not _is_number(value) or not math.isfinite(value):
        raise ValueError(f"{keyword}: {_short(value)} is no finite number")
    return float(value)


def _positive(value: Any, keyword: str) -> float:
    if _finite(value, keyword) <= 0:
        raise ValueError(f"{keyword}: {value} is not above 0")
    return float(value)


def _list(value: Any, keyword: str) -> list[Any]:
    if isinstance(value, (list, tuple, np.ndarray, pd.Series)):
        return list(value)
    raise TypeError(f"{keyword}: {_short(value)} is no list")


def _pair(value: Any, keyword: str) -> tuple[Any, Any]:
    items = _list(value, keyword)
    if len(items) != 2:
        raise ValueError(f"{keyword}: it takes two values, not {len(items)}")
    return items[0], items[1]
