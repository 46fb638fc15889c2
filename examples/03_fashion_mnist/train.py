"""A small classifier of Fashion-MNIST: plain.py with pbt. Runs alone too."""

import argparse

import pbt
import torch
from fashion_mnist import load
from torch import nn

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--data", default="data/fashion-mnist", help="folder with the idx files, packed or not")
(images, labels), (validation_images, validation_labels) = load(parser.parse_args().data)
torch.set_num_threads(1)


def build():
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    return model, optimizer


def predict(model, pixels):
    return model(pixels.float() / 127.5 - 1)


@torch.no_grad()
def accuracy(model):
    hits = predict(model, validation_images).argmax(1) == validation_labels
    return hits.float().mean().item()


def main(turn):
    model, optimizer = turn.restore(build)
    for step in turn.steps():
        rows = torch.randint(len(images), (turn["batch"],))
        loss = nn.functional.cross_entropy(predict(model, images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    turn.finish((model, optimizer), accuracy=accuracy(model))


pbt.serve(main, steps=4000, learning_rate=0.05, momentum=0.9, weight_decay=1e-4, batch=64)
