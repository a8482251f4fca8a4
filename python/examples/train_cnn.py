"""Trains a small CNN on pictures of the built-in sample, drawn while it learns: no file is written.

    python train_cnn.py

Needs torch. Takes about a minute on one processor. The sample is five months of one market: enough to see that the
loss falls, too little to learn anything that lasts.
"""

import time

import image_cache as ic
import torch
from image_cache.torch import ChartDataset, Loader
from torch import nn

EPOCHS = 4

torch.manual_seed(0)
market = ic.Market()
spec = ic.Spec(size=64, window=30, axes="bare")
settings = {
    "symbols": "BTCUSDT",
    "intervals": "1h",
    "label": "direction",
    "horizon": 12,
    "split": {"train": 0.8, "test": 0.2},
    "channels": "gray",
}
train = ChartDataset(market, spec, which="train", **settings)
test = ChartDataset(market, spec, which="test", **settings)
print(f"{len(train)} pictures to learn from, {len(test)} to test on, classes {train.classes}")

model = nn.Sequential(
    nn.Conv2d(1, 16, 5, stride=2, padding=2),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.Conv2d(16, 32, 3, stride=2, padding=1),
    nn.BatchNorm2d(32),
    nn.ReLU(),
    nn.Conv2d(32, 64, 3, stride=2, padding=1),
    nn.BatchNorm2d(64),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(4),
    nn.Flatten(),
    nn.Linear(1024, len(train.classes)),
).to(memory_format=torch.channels_last)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
loader = Loader(train, batch_size=64, shuffle=True)

losses = []
for epoch in range(EPOCHS):
    begin, total = time.perf_counter(), 0.0
    for images, labels in loader:
        loss = nn.functional.cross_entropy(model(images.float() / 255), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    losses.append(total / len(train))
    print(f"epoch {epoch}: loss {losses[-1]:.3f}, {time.perf_counter() - begin:.1f} s")

model.eval()
with torch.no_grad():
    right = sum(
        (model(images.float() / 255).argmax(1) == labels).sum().item()
        for images, labels in Loader(test, batch_size=256)
    )
print(f"right on the test split: {right / len(test):.1%}")
if losses[-1] >= losses[0]:
    raise SystemExit("the loss has not fallen")
