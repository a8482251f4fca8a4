"""The pictures of Jiang, Kelly and Xiu, "(Re-)Imag(in)ing Price Trends" (Journal of Finance, 2023).

    python price_trends.py

White bars on black: 5, 20 or 60 days of open, high, low and close, their moving average, and volume in the lowest
fifth. Here of hours of the sample, since it has no days of stocks; `ic.Series.from_file("AAPL.csv")` reads yours.
"""

import image_cache as ic
import numpy as np

series = ic.Market().read("BTCUSDT", "1h")
for window in (5, 20, 60):
    spec = ic.Spec(preset="price-trends", window=window)
    # One channel is enough, as all of it is white or black.
    frames = series.frames(spec=spec, channels="gray")
    closes = series.columns()["close"]
    ends = series.ends(spec)
    has_outcome = ends + window < len(series)
    rises = closes[ends[has_outcome] + window] > closes[ends[has_outcome]]
    print(
        f"{window} bars: {frames.shape[0]} pictures of {spec.width}x{spec.height}, {rises.mean():.1%} rise after them"
    )
    assert set(np.unique(frames)) <= {0, 255}
    series.draw(spec=spec).save(f"price-trends-{window}.png")
