"""Reads Fashion-MNIST in its published idx files, packed (.gz) or unpacked."""

import gzip
from pathlib import Path

import torch

VALIDATION = 5000  # the last of the training images; the test images stay for the end


def read_idx(folder, name):
    """The bytes of an idx file as a tensor of its shape: magic (0, 0, 8, dimensions), sizes, then the bytes."""
    path = Path(folder) / name
    if path.exists():
        data = path.read_bytes()
    elif Path(f"{path}.gz").exists():
        data = gzip.decompress(Path(f"{path}.gz").read_bytes())
    else:
        raise SystemExit(f"{path} (or .gz) is missing: --data names the folder with Fashion-MNIST's four idx files")
    dimensions = data[3]
    sizes = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return torch.frombuffer(bytearray(data[4 + 4 * dimensions :]), dtype=torch.uint8).reshape(sizes)


def load(folder):
    """((images, labels) to train on, (images, labels) to validate on); images are bytes, 784 each."""
    images = read_idx(folder, "train-images-idx3-ubyte").flatten(1)
    labels = read_idx(folder, "train-labels-idx1-ubyte").long()
    held_out = min(VALIDATION, len(images) // 2)
    return (images[:-held_out], labels[:-held_out]), (images[-held_out:], labels[-held_out:])
