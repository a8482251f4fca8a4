"""mplfinance's own picture: python with_mplfinance.py CANDLES"""

import io
import sys

import matplotlib

matplotlib.use("Agg")

import mplfinance
import pandas

from painter import SIZE, read_candles, serve

DPI = 100


def draw(frame):
    file = io.BytesIO()
    mplfinance.plot(
        frame,
        type="candle",
        volume=True,
        style="mike",
        figsize=(SIZE / DPI, SIZE / DPI),
        savefig={"fname": file, "dpi": DPI, "format": "png"},
    )
    return file.getbuffer()


# The frame is made once and only sliced: reading candles is not what is measured.
candles = pandas.DataFrame(
    read_candles(sys.argv[1]), columns=["Date", "Open", "High", "Low", "Close", "Volume"]
)
candles.index = pandas.DatetimeIndex(pandas.to_datetime(candles.pop("Date"), unit="ms"))
serve(candles, draw)
