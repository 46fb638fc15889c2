"""Test accuracy of checkpoints, on the 10,000 images that neither training nor tuning saw: evaluate.py DATA CHECKPOINT..."""

import sys
from pathlib import Path

import torch
from fashion_mnist import read_idx
from pbt import torch as pbt_torch
from torch import nn

images = read_idx(sys.argv[1], "t10k-images-idx3-ubyte").flatten(1).float() / 127.5 - 1
labels = read_idx(sys.argv[1], "t10k-labels-idx1-ubyte").long()
for checkpoint in sys.argv[2:]:
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    pbt_torch.load((model, optimizer), Path(checkpoint))
    with torch.no_grad():
        print(checkpoint, f"{(model(images).argmax(1) == labels).float().mean().item():.4f}")
