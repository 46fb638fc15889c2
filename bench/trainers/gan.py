"""What trainers/gan/gan_bench.cc measures, in PyTorch: the same networks, batches and optimisers, one thread, CPU time.

Usage: gan.py [seconds for each, default 3] [--channels-last]. PyTorch's own layout is channels first; the C++ trainer's is channels last.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH, LATENT, UPDATES = 64, 64, 5
CHANNELS_LAST = "--channels-last" in sys.argv


def laid_out(module):
    return module.to(memory_format=torch.channels_last) if CHANNELS_LAST else module


class Generator(nn.Module):
    def __init__(self, width, channels):
        super().__init__()
        self.width = width
        self.project = nn.Linear(LATENT, 64 * width, bias=False)
        layers = []
        for before, after in ((4 * width, 2 * width), (2 * width, width), (width, channels)):
            layers += [nn.BatchNorm2d(before), nn.ReLU(inplace=True),
                       nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=after == channels)]
        self.rest = nn.Sequential(*layers, nn.Tanh())

    def forward(self, latents):
        return self.rest(self.project(latents).view(-1, 4 * self.width, 4, 4))


def discriminator(width, channels, spectral_norm):
    norm = torch.nn.utils.spectral_norm if spectral_norm else lambda layer: layer
    layers = [norm(nn.Conv2d(channels, width, 4, stride=2, padding=1)), nn.LeakyReLU(0.2, inplace=True)]
    for before, after in ((width, 2 * width), (2 * width, 4 * width)):
        layers.append(norm(nn.Conv2d(before, after, 4, stride=2, padding=1, bias=spectral_norm)))
        if not spectral_norm:
            layers.append(nn.BatchNorm2d(after))
        layers.append(nn.LeakyReLU(0.2, inplace=True))
    return nn.Sequential(*layers, nn.Flatten(), norm(nn.Linear(64 * width, 1)))


def gan_step(width, channels, spectral_norm):
    g, d = laid_out(Generator(width, channels)), laid_out(discriminator(width, channels, spectral_norm))
    g_adam = torch.optim.Adam(g.parameters(), 2e-4, (0.5, 0.999))
    d_adam = torch.optim.Adam(d.parameters(), 2e-4, (0.5, 0.999))
    pixels = torch.randint(256, (1000, channels, 32, 32), dtype=torch.uint8)

    def step():
        d_sum = 0
        for _ in range(UPDATES):
            d.train()
            real = pixels[torch.randint(1000, (BATCH,))].float().mul_(2 / 255).sub_(1)
            with torch.no_grad():
                fake = g(torch.randn(BATCH, LATENT))
            loss = F.softplus(-d(real)).mean()
            d.train(not spectral_norm)  # one power iteration an update
            loss = loss + F.softplus(d(fake)).mean()
            d_adam.zero_grad(set_to_none=True)
            loss.backward()
            d_adam.step()
            d_sum = d_sum + loss.detach()
        d.requires_grad_(False)
        loss = F.softplus(-d(g(torch.randn(BATCH, LATENT)))).mean()
        g_adam.zero_grad(set_to_none=True)
        loss.backward()
        g_adam.step()
        d.requires_grad_(True)
        return (2 * UPDATES + 1) * BATCH

    return step


class Residual(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


def classifier(width):
    def block(before, after):
        return nn.Sequential(nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True))

    w = width
    return nn.Sequential(block(3, w), block(w, 2 * w), nn.MaxPool2d(2), Residual(nn.Sequential(block(2 * w, 2 * w), block(2 * w, 2 * w))),
                         block(2 * w, 4 * w), nn.MaxPool2d(2), block(4 * w, 8 * w), nn.MaxPool2d(2),
                         Residual(nn.Sequential(block(8 * w, 8 * w), block(8 * w, 8 * w))), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(8 * w, 10))


def scoring():
    network = laid_out(classifier(16)).eval()
    images = torch.randn(250, 3, 32, 32)

    def score():
        with torch.no_grad():
            network(images).softmax(1)
        return 250

    return score


def measure(what, seconds, work):
    work()
    images, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        images += work()
    passed = time.process_time() - start
    print(json.dumps({"what": what, "unit": "images", "per_second": images / passed}), flush=True)


def main():
    numbers = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    seconds = float(numbers[0]) if numbers else 3
    torch.set_num_threads(1)
    measure("GAN step, grey, width 8", seconds, gan_step(8, 1, spectral_norm=False))
    measure("GAN step, grey, width 16", seconds, gan_step(16, 1, spectral_norm=False))
    measure("GAN step, grey, width 16, spectral norm", seconds, gan_step(16, 1, spectral_norm=True))
    measure("GAN step, colour, width 64", seconds, gan_step(64, 3, spectral_norm=False))
    measure("classifier, colour, scoring", seconds, scoring())


main()
