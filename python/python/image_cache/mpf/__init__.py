"""The way over from mplfinance: `plot` with its signature.

    import image_cache.mpf as mpf

    mpf.plot(df, type="candle", style="yahoo", volume=True, mav=(20, 50), savefig="chart.png")

What a keyword means is the same, pixels are the core's. `KEYWORDS` says of each of mplfinance's keywords what becomes
of it; what a picture cannot show raises an error that names the keyword and what to do instead.
"""

from .addplot import make_addplot
from .keywords import ADDPLOT_KEYWORDS, KEYWORDS
from .plot import plot

__all__ = ["ADDPLOT_KEYWORDS", "KEYWORDS", "make_addplot", "plot"]
