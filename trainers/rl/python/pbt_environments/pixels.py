"""Images of the size that agents look at."""

import numpy as np

SIZE = 84  # pixels high and wide, as Mnih et al. (2015) have them


def averaging(count, size=SIZE):
    """The matrix that turns `count` values into `size` ones, each the mean of the stretch that it covers."""
    edges = np.linspace(0, count, size + 1)
    low, high = edges[:-1, None], edges[1:, None]
    cells = np.arange(count)[None]
    return (np.clip(np.minimum(high, cells + 1) - np.maximum(low, cells), 0, None) / (high - low)).astype(np.float32)


class Resize:
    """From [height, width, channels] of one size to [channels, 84, 84], by the mean over the area of each pixel."""

    def __init__(self, height, width):
        self._rows, self._columns = averaging(height), averaging(width).T.copy()

    def __call__(self, image, row):
        for channel in range(row.shape[0]):
            row[channel] = np.rint(self._rows @ image[:, :, channel].astype(np.float32) @ self._columns)
