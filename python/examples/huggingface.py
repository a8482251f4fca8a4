"""A data set of Hugging Face, its pictures drawn while it is made: for their trainers, or to push to the hub.

    python huggingface.py

Needs datasets and Pillow. `image-cache export --as hf-parquet` writes such files without Python.
"""

import image_cache as ic
from datasets import ClassLabel, Dataset, Features, Image
from image_cache.torch import ChartDataset

market = ic.Market()
spec = ic.Spec(preset="cnn")
data = ChartDataset(market, spec, symbols="BTCUSDT", label="direction", horizon=12, stride=10)
series = market.read("BTCUSDT", "1h")


def rows():
    for end, label in zip(data.ends, data.labels, strict=True):
        picture = series.draw(end, spec)
        yield {"image": {"bytes": picture.png, "path": f"{end}.png"}, "label": int(label)}


features = Features({"image": Image(), "label": ClassLabel(names=data.classes)})
dataset = Dataset.from_generator(rows, features=features, cache_dir="huggingface")
print(dataset)
print(dataset[0]["image"].size, dataset.features["label"].int2str(dataset[0]["label"]))
