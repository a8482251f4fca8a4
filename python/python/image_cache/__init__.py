"""Candlestick pictures for machines and people: exact, fast, the same bytes everywhere.

    import image_cache as ic

    ic.draw(df, overlay=["sma:20"], title=True).save("chart.png")      # a picture of a data frame
    frames = ic.Series.from_frame(df).frames(preset="cnn")             # (pictures, 224, 224, 3) uint8

`knobs()` lists every setting of a picture. The same pictures as files that can be proved right: `Cache`.
"""

from ._market import Cache, Market, SeriesName, import_files
from ._native import PRESETS, STYLES, __version__
from ._picture import Picture
from ._series import Series, draw
from ._spec import Spec, knobs

__all__ = [
    "PRESETS",
    "STYLES",
    "Cache",
    "Market",
    "Picture",
    "Series",
    "SeriesName",
    "Spec",
    "__version__",
    "draw",
    "import_files",
    "knobs",
]
