"""The keywords of mplfinance, and what becomes of each."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from .arguments import is_same, short


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
BRICKS = "bricks and points are not drawn; take type candle, ohlc, line or hollow_and_filled"

#: What becomes of each keyword of mplfinance's `plot`.
KEYWORDS: dict[str, Keyword] = {
    "columns": _EQUAL,
    "type": Keyword("equal", "ohlc"),
    "style": _EQUAL,
    "volume": Keyword("equal", False),
    "mav": _EQUAL,
    "ema": _EQUAL,
    "mavcolors": _EQUAL,
    "renko_params": Keyword("default", {}, BRICKS),
    "pnf_params": Keyword("default", {}, BRICKS),
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
    "y_on_right": Keyword("default", None, "labels stand on the style's side, or with secondary_y=True on the other"),
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


def checked(given: Mapping[str, Any], keywords: Mapping[str, Keyword], where: str = "") -> dict[str, Any]:
    """All options, those that were not given at their defaults."""
    options = {name: keyword.default for name, keyword in keywords.items()}
    for name, value in given.items():
        if name not in keywords:
            near = get_close_matches(name, keywords, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise TypeError(f"{where}there is no keyword {name}{hint}")
        means, default, hint, also = keywords[name]
        if means == "default" and not any(is_same(value, other) for other in (None, default, *also)):
            raise ValueError(f"{where}{name}: {short(value)} cannot be drawn: {hint}")
        if value is not None:
            options[name] = value
    return options
