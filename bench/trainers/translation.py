"""The twin of trainers/translation/translation_bench.cc: the same network, batches and optimiser in PyTorch, written with torch.nn.

Usage: translation.py [seconds for each, default 10]; prints the same lines of JSON. One thread, CPU time.
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, DROPOUT, SMOOTHING = 5000, 0.1, 0.1


def made_batch():
    state = 1

    def draw(count):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (state >> 33) % count

    source, target = torch.zeros(64, 16, dtype=torch.long), torch.zeros(64, 16, dtype=torch.long)
    mask = torch.zeros(64, 1, 1, 16)
    positions, expected = [], []
    for pair in range(64):
        source_length, target_length = 12 + draw(5), 12 + draw(5)
        for i in range(source_length):
            source[pair, i] = 4 + draw(VOCABULARY - 4)
        mask[pair, :, :, source_length:] = -math.inf
        for i in range(target_length):
            target[pair, i] = 4 + draw(VOCABULARY - 4)
            positions.append(pair * 16 + i)
            expected.append(4 + draw(VOCABULARY - 4))
    return source, mask, target, torch.tensor(positions), torch.tensor(expected)


def attend(queries, keys, values, heads, mask):
    def parts(x):
        return x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)

    queries, keys, values = parts(queries), parts(keys), parts(values)
    scores = queries @ keys.transpose(2, 3) / math.sqrt(queries.shape[3])
    if mask is not None:
        scores = scores + mask
    return scores, values


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.norm = heads, nn.LayerNorm(width)
        self.queries_keys_values, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x, mask):
        scores, values = attend(*self.queries_keys_values(self.norm(x)).chunk(3, 2), self.heads, mask)
        weights = F.dropout(scores.softmax(-1), DROPOUT, self.training)
        return x + F.dropout(self.out((weights @ values).transpose(1, 2).flatten(2)), DROPOUT, self.training)

    def step(self, x, cache):
        queries, keys, values = self.queries_keys_values(self.norm(x)).chunk(3, 2)
        if cache:
            keys, values = torch.cat([cache[0], keys], 1), torch.cat([cache[1], values], 1)
        cache[:] = keys, values
        scores, values = attend(queries, keys, values, self.heads, None)
        return x + self.out((scores.softmax(-1) @ values).transpose(1, 2).flatten(2))


class CrossAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.norm = heads, nn.LayerNorm(width)
        self.queries, self.keys_values, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)

    def forward(self, x, memory, mask):
        return self.attend(x, *self.keys_values(memory).chunk(2, 2), mask)

    def attend(self, x, keys, values, mask):
        scores, values = attend(self.queries(self.norm(x)), keys, values, self.heads, mask)
        weights = F.dropout(scores.softmax(-1), DROPOUT, self.training)
        return x + F.dropout(self.out((weights @ values).transpose(1, 2).flatten(2)), DROPOUT, self.training)


class FeedForward(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.norm, self.first, self.second = nn.LayerNorm(width), nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        inner = F.dropout(self.first(self.norm(x)).relu(), DROPOUT, self.training)
        return x + F.dropout(self.second(inner), DROPOUT, self.training)


class Transformer(nn.Module):
    def __init__(self, width, layers, heads, feed_forward):
        super().__init__()
        self.width = width
        self.embedding = nn.Embedding(VOCABULARY, width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        self.encoder_attention = nn.ModuleList(SelfAttention(width, heads) for _ in range(layers))
        self.encoder_feed_forward = nn.ModuleList(FeedForward(width, feed_forward) for _ in range(layers))
        self.decoder_attention = nn.ModuleList(SelfAttention(width, heads) for _ in range(layers))
        self.cross_attention = nn.ModuleList(CrossAttention(width, heads) for _ in range(layers))
        self.decoder_feed_forward = nn.ModuleList(FeedForward(width, feed_forward) for _ in range(layers))
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        frequencies = torch.exp(torch.arange(width // 2) * (-math.log(10000) / (width // 2)))
        angles = torch.arange(64).unsqueeze(1) * frequencies
        self.positions = torch.cat([angles.sin(), angles.cos()], 1)

    def embed(self, tokens, start=0):
        return self.embedding(tokens) * math.sqrt(self.width) + self.positions[start:start + tokens.shape[1]]

    def encode(self, source, mask):
        x = F.dropout(self.embed(source), DROPOUT, self.training)
        for attention, feed_forward in zip(self.encoder_attention, self.encoder_feed_forward):
            x = feed_forward(attention(x, mask))
        return self.encoder_norm(x)

    def decode(self, target, memory, mask):
        length = target.shape[1]
        causal = torch.full((length, length), -math.inf).triu(1)
        x = F.dropout(self.embed(target), DROPOUT, self.training)
        for attention, cross, feed_forward in zip(self.decoder_attention, self.cross_attention, self.decoder_feed_forward):
            x = feed_forward(cross(attention(x, causal), memory, mask))
        return self.decoder_norm(x)

    def greedy(self, source, mask, length):
        memory = self.encode(source, mask)
        read = [cross.keys_values(memory).chunk(2, 2) for cross in self.cross_attention]
        caches = [[] for _ in self.decoder_attention]
        tokens = torch.ones(source.shape[0], 1, dtype=torch.long)
        for i in range(length):
            x = self.embed(tokens, i)
            layers = zip(self.decoder_attention, self.cross_attention, self.decoder_feed_forward)
            for layer, (attention, cross, feed_forward) in enumerate(layers):
                x = feed_forward(cross.attend(attention.step(x, caches[layer]), *read[layer], mask))
            tokens = F.linear(self.decoder_norm(x), self.embedding.weight).argmax(2)


def measure(what, seconds, work):
    work()
    tokens, start, passed = 0, time.process_time(), 0
    while passed < seconds:
        tokens += work()
        passed = time.process_time() - start
    print(json.dumps({"what": what, "unit": "tokens", "per_second": round(tokens / passed, 1)}), flush=True)


def measure_network(name, sizes, seconds):
    network = Transformer(*sizes)
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3, betas=(0.9, 0.98), eps=1e-9)
    source, mask, target, positions, expected = made_batch()

    def train():
        optimiser.zero_grad(set_to_none=True)
        states = network.decode(target, network.encode(source, mask), mask).flatten(0, 1).index_select(0, positions)
        F.cross_entropy(F.linear(states, network.embedding.weight), expected, label_smoothing=SMOOTHING).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        return len(expected)

    def translate():
        with torch.no_grad():
            network.greedy(source, mask, 16)
        return 64 * 16

    measure(f"translation: training, {name}", seconds, train)
    network.eval()
    measure(f"translation: greedy decoding, {name}", seconds, translate)


if __name__ == "__main__":
    torch.set_num_threads(1)
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    measure_network("width 128, 2 layers", (128, 2, 4, 512), seconds)
    measure_network("width 256, 3 layers", (256, 3, 4, 1024), seconds)
