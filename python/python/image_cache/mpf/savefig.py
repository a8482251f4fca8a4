"""How large a picture is, and where it is written: `figsize` and the like, and `savefig`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .._picture import Picture
from .arguments import is_same, pair, positive

_DPI = 100.0
# Inches of a figure that says nothing of its size.
_FIGURE = (8.0, 5.75)


def size(options: Mapping[str, Any], dpi: float) -> tuple[int, int]:
    """Width and height in pixels, cut off to whole ones in the order of mplfinance."""
    if options["figsize"] is not None:
        width, height = (positive(side, "figsize") for side in pair(options["figsize"], "figsize"))
        return int(width * dpi), int(height * dpi)
    ratio = _FIGURE if options["figratio"] is None else options["figratio"]
    width, height = (positive(side, "figratio") for side in pair(ratio, "figratio"))
    scale = 1.0 if options["figscale"] is None else positive(options["figscale"], "figscale")
    width, height = (side * (_FIGURE[1] / height) * scale for side in (width, height))
    return int(width * dpi), int(height * dpi)


def target(given: Any) -> tuple[float, Any]:
    """Dots per inch, and where to write: a path, a thing with `write`, or None."""
    if given is None:
        return _DPI, None
    told = {"dpi": _DPI, "format": "png", **(given if isinstance(given, Mapping) else {"fname": given})}
    unknown = [name for name in told if name not in ("fname", "dpi", "format", "pad_inches")]
    if unknown:
        raise ValueError(f"savefig: {', '.join(unknown)} cannot be told to a picture; leave it out")
    place = told.get("fname")
    if isinstance(place, (str, os.PathLike)):
        path = os.fspath(place)
        ending = os.path.splitext(path)[1].lower()
        place = path if ending else f"{path}.png"
    elif hasattr(place, "write"):
        ending = ""
    else:
        raise TypeError(f"savefig: a {type(place).__name__} is neither a path nor a thing to write to")
    if ending not in ("", ".png") or not is_same(told["format"], "png"):
        raise ValueError("savefig: a picture is a PNG; end the file's name with .png, and leave format out")
    return positive(told["dpi"], "savefig: dpi"), place


def save(picture: Picture, place: Any) -> None:
    """Writes the PNG."""
    if isinstance(place, str):
        picture.save(place)
    else:
        place.write(picture.png)
