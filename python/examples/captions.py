"""Pictures with captions and boxes for vision-language models: true by construction, from the geometry.

    python captions.py

Writes charts and one line of JSON for each: a caption, questions with answers, and the boxes of candles.
"""

import json

import image_cache as ic

market = ic.Market()
series = market.read("BTCUSDT", "1h")
spec = ic.Spec(preset="vlm", overlay=["sma:20"])
with open("captions.jsonl", "w") as file:
    for number, end in enumerate(series.ends(spec)[::800]):
        picture = series.draw(int(end), spec)
        geometry = picture.geometry
        candles = geometry["candles"]
        first, last = candles[0], candles[-1]
        change = last["close"] / first["open"] - 1
        moves = f"{'rises' if change > 0 else 'falls'} by {abs(change):.1%} to {last['close']}"
        highest = max(candles, key=lambda candle: candle["high"])
        name = f"chart-{number}.png"
        picture.save(name)
        row = {
            "image": name,
            "caption": f"A candlestick chart of {picture.symbol}, {len(candles)} candles of {picture.interval} up to "
            f"{picture.end} UTC. The price {moves}.",
            "questions": [
                {"question": "What is the highest price?", "answer": highest["high"], "box": highest["wick"]},
                {"question": "What is the last close?", "answer": last["close"], "box": last["body"]},
            ],
        }
        file.write(json.dumps(row) + "\n")
        print(row["caption"])
