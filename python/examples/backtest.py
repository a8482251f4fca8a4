"""A back-test with its trades drawn: a crossing of two averages, its trades as marks, its equity below the prices.

    python backtest.py

Needs pandas.
"""

import image_cache as ic
import pandas as pd

frame = ic.Market().to_pandas("BTCUSDT", "1h")
fast, slow = frame.close.rolling(10).mean(), frame.close.rolling(30).mean()
position = (fast > slow).astype(int).shift(1, fill_value=0)
returns = frame.close.pct_change().fillna(0) * position
equity = 10_000 * (1 + returns).cumprod()

turns = position.diff().fillna(0)
entries, exits = frame.index[turns > 0], frame.index[turns < 0]
marks = []
for entry in entries:
    left = exits[exits > entry]
    trade = {"kind": "trade", "time": entry, "price": frame.open[entry]}
    if len(left):
        trade |= {"time2": left[0], "price2": frame.open[left[0]]}
    marks += [trade, {"kind": "buy", "time": entry}]

picture = ic.draw(
    frame,
    symbol="BTCUSDT",
    end="2023-04-20",
    window=200,
    title=True,
    series={"fast": fast, "slow": slow, "equity:below": equity},
    marks=marks,
)
picture.save("backtest.png")
shown = [mark for mark in picture.geometry["marks"] if mark["kind"] == "trade"]
print(f"{len(entries)} trades, {len(shown)} of them in the picture, equity {equity.iloc[-1]:.0f}")
print(pd.Series([mark.get("profit") for mark in shown]).value_counts().to_dict())
