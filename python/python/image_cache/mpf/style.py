"""Styles of mplfinance as those of the core."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._native import STYLES
from .._spec import Spec
from .arguments import flag, percent
from .colors import CYCLE, hex_color

# What matplotlib draws where neither a style nor its settings say more.
_PLAIN = {
    "figure": "#ffffff",
    "panel": "#ffffff",
    "grid": "#b0b0b0",
    "grid_alpha": 100,
    "grid_dash": "none",
    "grid_width": 100,
    "frame": "#000000",
    "frame_width": 53,
    "label": "#000000",
    "price_labels": "left",
    "volume_alpha": 100,
    "hollow": None,
    "line": CYCLE["blue"],
    "overlay_colors": list(CYCLE.values()),
}
_DASHES = {"-": "solid", "solid": "solid", "--": "dashed", "dashed": "dashed", ":": "dotted", "dotted": "dotted"}
_NO_DASHES = ("", " ", "None", "none")
# Keys of a style, and settings of matplotlib, that are a colour of the core's.
_COLORS = {"facecolor": "panel", "edgecolor": "frame", "figcolor": "figure", "gridcolor": "grid"}
_RC_COLORS = {
    "axes.facecolor": "panel",
    "axes.edgecolor": "frame",
    "figure.facecolor": "figure",
    "savefig.facecolor": "figure",
    "grid.color": "grid",
    "axes.labelcolor": "label",
    "xtick.color": "label",
    "ytick.color": "label",
}
# Sizes, weights and ticks that mplfinance's own styles set, so that a style over one of them has them, too.
_RC_OF_BASES = ("font", "figure.title", "axes.title", "axes.label", "axes.grid", "lines", "patch", "xtick", "ytick")
# Points that are 100 per cent of the core's.
_GRID_POINTS, _FRAME_POINTS = 0.8, 1.5
_CANDLES = {"candle": "body", "edge": "edge", "wick": "wick", "ohlc": "ohlc", "volume": "volume"}


def chosen(options: Mapping[str, Any]) -> dict[str, Any]:
    """The style that `style` names or tells of, with the colours and opacities of other keywords."""
    style = _core_style(options["style"])
    changed: dict[str, Any] = {}
    if flag(options["axisoff"], "axisoff") and style["panel"] != style["figure"]:
        changed["panel"] = style["figure"]
    if options["linecolor"] is not None:
        changed["line"] = hex_color(options["linecolor"], "linecolor", style["panel"])
    if options["volume_alpha"] is not None:
        changed["volume_alpha"] = percent(options["volume_alpha"], "volume_alpha")
    return style | changed | {"name": "mpf"} if changed else style


def _named(name: str) -> dict[str, Any]:
    style: dict[str, Any] = json.loads(Spec(style=name).json)["style"]
    return style


def _core_style(style: Any) -> dict[str, Any]:
    """The core's style that a name or a dict of mplfinance's `make_mpf_style` tells of."""
    if style is None:
        return _named("default")
    if isinstance(style, str):
        if style not in STYLES:
            raise ValueError(f"style: there is no {style!r}; there are {', '.join(STYLES)}")
        return _named(style)
    if not isinstance(style, Mapping):
        raise TypeError(f"style: a {type(style).__name__} is neither a name nor a dict of make_mpf_style")
    given = {key: value for key, value in style.items() if value is not None}
    base = given.pop("base_mpf_style", None)
    if base is not None and base not in STYLES:
        raise ValueError(f"style: there is no base_mpf_style {base!r}; there are {', '.join(STYLES)}")
    made = _named(base or "default") | ({} if base else _PLAIN) | {"name": "mpf"}
    if not base and given.pop("base_mpl_style", "default") not in ("default", "fast"):
        raise ValueError("style: sheets of matplotlib are not known; leave base_mpl_style out, or give colours")
    given.pop("base_mpl_style", None)
    given.pop("style_name", None)
    for key, value in dict(given.pop("rc", {})).items():
        _take_setting(made, key, value, bool(base))
    for key in [key for key in given if key in _COLORS]:
        made[_COLORS[key]] = hex_color(given.pop(key), f"style: {key}")
        if key == "gridcolor" and made["grid_dash"] == "none":
            made["grid_dash"] = "solid"
    if "gridstyle" in given:
        made["grid_dash"] = _dash(given.pop("gridstyle"), "gridstyle")
    if "y_on_right" in given:
        made["price_labels"] = "right" if given.pop("y_on_right") else "left"
    if "mavcolors" in given:
        made["overlay_colors"] = [hex_color(color, "style: mavcolors") for color in given.pop("mavcolors")]
    if not "both".startswith(given.pop("gridaxis", "both")):
        raise ValueError("style: grid lines go both ways; leave gridaxis out")
    _take_marketcolors(made, given.pop("marketcolors", None))
    if given:
        raise ValueError(f"style: {', '.join(given)} cannot be told to a picture; leave it out")
    return made


def _take_setting(made: dict[str, Any], key: str, value: Any, has_base: bool) -> None:
    """One of matplotlib's settings, as `rc` has them."""
    what = f"style: rc {key!r}"
    if key in _RC_COLORS:
        # Settings may have colours without the sign of number.
        digits = isinstance(value, str) and len(value) == 6 and not set(value.lower()) - set("0123456789abcdef")
        made[_RC_COLORS[key]] = hex_color(f"#{value}" if digits else value, what)
    elif key == "grid.linestyle":
        made["grid_dash"] = _dash(value, key)
    elif key == "grid.alpha":
        made["grid_alpha"] = percent(value, what)
    elif key == "grid.linewidth":
        made["grid_width"] = max(1, round(100 * float(value) / _GRID_POINTS))
    elif key == "axes.linewidth":
        made["frame_width"] = max(1, round(100 * float(value) / _FRAME_POINTS))
    elif not (has_base and key.startswith(_RC_OF_BASES)):
        raise ValueError(f"{what} cannot be told to a picture; leave it out, or scale texts with fontscale")


def _take_marketcolors(made: dict[str, Any], colors: Any) -> None:
    """What `make_marketcolors` gives."""
    if not isinstance(colors, Mapping):
        raise TypeError("style: marketcolors is no dict of make_marketcolors")
    rest = dict(colors)
    # A volume bar has no edge of its own.
    rest.pop("vcedge", None)
    for key, part in _CANDLES.items():
        pair = rest.pop(key, None)
        if not (isinstance(pair, Mapping) and {"up", "down"} <= set(pair)):
            raise ValueError(f"style: marketcolors has no {key!r} with colours for up and down")
        for way in ("up", "down"):
            made[way][part] = hex_color(pair[way], f"style: marketcolors {key!r}")
    if rest.get("alpha") is not None:
        made["candle_alpha"] = percent(rest["alpha"], "style: alpha")
    if rest.get("volume_alpha") is not None:
        made["volume_alpha"] = percent(rest["volume_alpha"], "style: volume_alpha")
    if rest.get("hollow") is not None:
        made["hollow"] = hex_color(rest["hollow"], "style: hollow")
    made["volume_color"] = "previous-close" if rest.get("vcdopcod") else "open"
    unknown = set(rest) - {"alpha", "volume_alpha", "hollow", "vcdopcod"}
    if unknown:
        raise ValueError(f"style: marketcolors {', '.join(sorted(unknown))} cannot be told to a picture")


def _dash(value: Any, key: str) -> str:
    if value in _NO_DASHES:
        return "none"
    if value not in _DASHES:
        raise ValueError(f"style: {key} {value!r} is none of '-', '--', ':' and ''")
    return _DASHES[value]
