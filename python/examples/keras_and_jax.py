"""Pictures for Keras and JAX: a batch is an array of numpy, so both take it as it is.

    python keras_and_jax.py

Needs jax and keras.
"""

import os

os.environ["KERAS_BACKEND"] = "jax"

import image_cache as ic
import jax
import jax.numpy as jnp
import keras
import numpy as np

series = ic.Market().read("BTCUSDT", "1h")
spec = ic.Spec(size=32, window=16, axes="bare")
closes = series.columns()["close"]
ends = series.ends(spec)[:-12]
labels = (closes[ends + 12] > closes[ends]).astype(np.int32)


class Charts(keras.utils.PyDataset):
    """Batches that are drawn when Keras asks for them."""

    def __len__(self) -> int:
        return len(ends) // 256

    def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        own = slice(256 * number, 256 * (number + 1))
        return series.frames(ends[own], spec, channels="gray") / np.float32(255), labels[own]


model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(2)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
history = model.fit(Charts(), epochs=3, verbose=0)
print("keras:", [round(value, 3) for value in history.history["loss"]])


@jax.jit
def step(weights, images, labels):
    def loss(weights):
        logits = images.reshape(len(images), -1) @ weights
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1).mean()

    value, slope = jax.value_and_grad(loss)(weights)
    return weights - 0.05 * slope, value


weights, losses = jnp.zeros((32 * 32, 2)), []
charts = Charts()
for number in range(len(charts)):
    weights, value = step(weights, *charts[number])
    losses.append(float(value))
print(f"jax: loss {losses[0]:.3f} to {losses[-1]:.3f}")
