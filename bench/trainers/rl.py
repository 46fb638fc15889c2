#!/usr/bin/python3
"""Acting and learning of trainers/rl/rl_bench.cc in PyTorch: the same networks, losses and sizes, on the same kind of recorded
observations, one thread, CPU time. Prints the same lines; rl.py [seconds for each, default 3] [name...]."""

import json
import sys
import time

import numpy
import torch
from torch import nn
from torch.distributions import Categorical
from torch.nn import functional

torch.set_num_threads(1)
CHOICES, EPOCHS, CLIP, VALUE_COST, ENTROPY_COST, DISCOUNT, LAMBDA = 4, 4, 0.2, 0.5, 0.01, 0.995, 0.95
HORIZON, EMBEDDING = 10, 16


class Mlp(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        body = lambda: nn.Sequential(nn.Linear(inputs, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())  # noqa: E731
        self.policy, self.value = body(), body()
        self.policy_head, self.value_head = nn.Linear(width, CHOICES), nn.Linear(width, 1)

    def acting(self, x):
        return {"head": self.policy_head(self.policy(x))}  # values are told of the whole rollout at once

    def forward(self, x, begins, memory, goals=None):
        return self.acting(x) | {"values": self.value_head(self.value(x)).squeeze(1)}, memory

    def new_memory(self, n):
        return ()


class Conv(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(channels, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Conv2d(64, 64, 3),
                                  nn.ReLU(), nn.Flatten(), nn.Linear(64 * 7 * 7, width), nn.ReLU())
        self.policy_head, self.value_head = nn.Linear(width, CHOICES), nn.Linear(width, 1)

    def forward(self, x, begins, memory, goals=None):
        features = self.body(x.float().mul_(1 / 255))
        return {"head": self.policy_head(features), "values": self.value_head(features).squeeze(1)}, memory

    def new_memory(self, n):
        return ()


def forget(memory, begins):
    if not begins.any():
        return memory
    return tuple(part * (1 - begins).to(part.dtype).reshape(-1, *[1] * (part.dim() - 1)) for part in memory)


class Recurrent(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        self.width = width
        self.body = nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.cell = nn.LSTMCell(width, width)
        self.policy_head, self.value_head = nn.Linear(width, CHOICES), nn.Linear(width, 1)

    def new_memory(self, n):
        return torch.zeros(n, self.width), torch.zeros(n, self.width)

    def forward(self, x, begins, memory, goals=None):
        n, hidden = begins.shape[1], []
        features = self.body(x)
        for t in range(begins.shape[0]):
            memory = self.cell(features[t * n:(t + 1) * n], forget(memory, begins[t]))
            hidden.append(memory[0])
        hidden = torch.cat(hidden)
        return {"head": self.policy_head(hidden), "values": self.value_head(hidden).squeeze(1)}, memory


class Feudal(nn.Module):
    def __init__(self, inputs, width):
        super().__init__()
        self.width = width
        self.body = nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.latent, self.manager, self.worker = nn.Linear(width, width), nn.LSTMCell(width, width), nn.LSTMCell(width, width)
        self.manager_value, self.worker_value = nn.Linear(width, 1), nn.Linear(width, 1)
        self.goal_embedding = nn.Linear(width, EMBEDDING, bias=False)
        self.action_embedding = nn.Linear(width, CHOICES * EMBEDDING)

    def new_memory(self, n):
        ring = lambda: torch.zeros(n, HORIZON, self.width)  # noqa: E731
        return (torch.zeros(n, dtype=torch.long), ring(), ring(), torch.zeros(n, self.width), torch.zeros(n, self.width), ring(), ring())

    def step(self, z, memory, goals):
        age, hidden, cell, worker_hidden, worker_cell, past_goals, past_latents = memory
        slot = functional.one_hot(age % HORIZON, HORIZON).float().unsqueeze(2)
        place = lambda ring, one: ring * (1 - slot) + one.unsqueeze(1) * slot  # noqa: E731
        s = self.latent(z).relu()
        h, c = self.manager(s, ((hidden * slot).sum(1), (cell * slot).sum(1)))
        hidden, cell = place(hidden, h), place(cell, c)
        raw = hidden.sum(1)
        goal = raw / (raw.norm(2, 1, keepdim=True) + 1e-6)
        here = s.detach()
        followed = goal.detach() if goals is None else goals
        with torch.no_grad():
            intrinsic = functional.cosine_similarity(here.unsqueeze(1) - past_latents, past_goals, 2, 1e-8).sum(1) / HORIZON
        pooled = past_goals.sum(1) + followed
        past_goals, past_latents = place(past_goals, followed), place(past_latents, here)
        worker_hidden, worker_cell = self.worker(z, (worker_hidden, worker_cell))
        actions = self.action_embedding(worker_hidden).reshape(z.shape[0], -1, EMBEDDING)
        head = torch.bmm(actions, self.goal_embedding(pooled).unsqueeze(2)).squeeze(2)
        said = {"head": head, "values": self.worker_value(worker_hidden).squeeze(1), "goals": goal, "latents": here, "intrinsic": intrinsic,
                "manager_values": self.manager_value(raw).squeeze(1)}
        return said, (age + 1, hidden, cell, worker_hidden, worker_cell, past_goals, past_latents)

    def forward(self, x, begins, memory, goals=None):
        n, steps = begins.shape[1], []
        features = self.body(x)
        for t in range(begins.shape[0]):
            said, memory = self.step(features[t * n:(t + 1) * n], forget(memory, begins[t]), None if goals is None else goals[t * n:(t + 1) * n])
            steps.append(said)
        return {name: torch.cat([said[name] for said in steps]) for name in steps[0]}, memory


class Agent:
    def __init__(self, net, observations, unroll, minibatch):
        self.net, self.observations, self.unroll, self.minibatch = net, observations, unroll, minibatch
        self.n = len(observations)
        self.adam = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-5)
        self.memory, self.time = net.new_memory(self.n), 0

    @torch.no_grad()
    def act(self):
        """One rollout: what was seen, done and said."""
        started, begins, actions, said = self.memory, [], [], []
        over = numpy.zeros((self.unroll, self.n), dtype=bool)
        for t in range(self.unroll):
            begin = torch.full((1, self.n), float(self.time % 100 == 0))
            if isinstance(self.net, Mlp):
                output = self.net.acting(torch.from_numpy(self.observations))
            else:
                output, self.memory = self.net(torch.from_numpy(self.observations), begin, self.memory)
            choice = Categorical(logits=output["head"]).sample()
            choice.numpy()  # what an environment would be given
            self.time += 1
            over[t] = self.time % 100 == 0
            begins.append(begin), actions.append(choice), said.append(output)
        return started, torch.cat(begins), torch.cat(actions), {name: torch.cat([s[name] for s in said]) for name in said[0]}, over

    @torch.no_grad()
    def advantages(self, rewards, values, last, over):
        values, rewards = values.reshape(self.unroll, self.n).numpy(), rewards.reshape(self.unroll, self.n)
        result, running = numpy.zeros_like(values), numpy.zeros(self.n, dtype=numpy.float32)
        for t in reversed(range(self.unroll)):
            goes_on = ~over[t]
            delta = rewards[t] + DISCOUNT * (last if t + 1 == self.unroll else values[t + 1]) * goes_on - values[t]
            running = delta + DISCOUNT * LAMBDA * goes_on * running
            result[t] = running
        raw = torch.from_numpy(result.astype(numpy.float32).reshape(-1))
        return (raw - raw.mean()) / (raw.std(unbiased=False) + 1e-8), raw + torch.from_numpy(values.reshape(-1))

    def learn(self):
        memory, begins, actions, said, over = self.act()
        seen = torch.from_numpy(numpy.tile(self.observations, (self.unroll,) + (1,) * (self.observations.ndim - 1)))
        with torch.no_grad():
            if isinstance(self.net, Mlp):
                said, _ = self.net(seen, begins, ())
            ahead, _ = self.net(torch.from_numpy(self.observations), torch.zeros(1, self.n), self.memory)
        rewards = numpy.full(self.unroll * self.n, 0.5, dtype=numpy.float32)
        manager = {}
        if "goals" in said:
            manager = self.manager(said, ahead, rewards, over)
            rewards = rewards + 0.5 * said["intrinsic"].numpy()
        advantages, returns = self.advantages(rewards, said["values"], ahead["values"].numpy(), over)
        old = Categorical(logits=said["head"]).log_prob(actions)
        rows = self.unroll * self.n
        count = self.n if memory else rows
        parts = max(1, min(rows // self.minibatch, count))
        for _ in range(EPOCHS):
            order = torch.randperm(count)
            for chosen in order.chunk(parts):
                at = (torch.arange(self.unroll).unsqueeze(1) * self.n + chosen).flatten() if memory else chosen
                self.minibatch_step(seen[at], begins[:, chosen] if memory else begins, tuple(part[chosen] for part in memory), actions[at],
                                    old[at], advantages[at], returns[at], {name: value[at] for name, value in manager.items()})
        return rows

    def manager(self, said, ahead, rewards, over):
        last, ends = numpy.zeros((self.unroll, self.n), dtype=numpy.int64), numpy.zeros((self.unroll, self.n), dtype=numpy.int64)
        for t in reversed(range(self.unroll)):
            last[t] = t if t + 1 == self.unroll else numpy.where(over[t], t, last[t + 1])
            ends[t] = numpy.minimum(last[t], t + HORIZON) * self.n + numpy.arange(self.n)
        ends = torch.from_numpy(ends.reshape(-1))
        directions = said["latents"][ends] - said["latents"]
        advantages, returns = self.advantages(rewards, said["manager_values"], ahead["manager_values"].numpy(), over)
        return {"goals": said["goals"], "directions": directions, "counts": (ends != torch.arange(len(ends))).float(),
                "cosines": functional.cosine_similarity(directions, said["goals"], 1, 1e-8), "advantages": advantages, "returns": returns}

    def minibatch_step(self, seen, begins, memory, actions, old, advantages, returns, manager):
        said, _ = self.net(seen, begins, memory, manager.get("goals"))
        log_policy = said["head"].log_softmax(1)
        ratio = (log_policy.gather(1, actions.unsqueeze(1)).squeeze(1) - old).exp()
        policy_loss = -torch.min(ratio * advantages, ratio.clamp(1 - CLIP, 1 + CLIP) * advantages).mean()
        entropy = -(log_policy.exp() * log_policy).sum(1).mean()
        loss = policy_loss + VALUE_COST * (said["values"] - returns).square().mean() - ENTROPY_COST * entropy
        if manager:
            cosines = functional.cosine_similarity(manager["directions"], said["goals"], 1, 1e-8)
            ratio = (cosines - manager["cosines"]).exp()
            gain = torch.min(ratio * manager["advantages"], ratio.clamp(1 - CLIP, 1 + CLIP) * manager["advantages"])
            loss = loss - (gain * manager["counts"]).sum() / manager["counts"].sum().clamp_min(1)
            loss = loss + VALUE_COST * (said["manager_values"] - manager["returns"]).square().mean()
        self.adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.adam.step()


def measure(what, seconds, work):
    work()
    steps, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        steps += work()
    print(json.dumps({"what": what, "unit": "environment steps", "per_second": round(steps / (time.process_time() - start), 1)}), flush=True)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    draw = numpy.random.default_rng(1)
    vectors = draw.uniform(-1, 1, (16, 8)).astype(numpy.float32)
    images = draw.integers(0, 256, (8, 4, 84, 84), dtype=numpy.uint8)
    agents = {"mlp": lambda: Agent(Mlp(8, 64), vectors, 128, 512), "recurrent": lambda: Agent(Recurrent(8, 128), vectors, 64, 256),
              "feudal": lambda: Agent(Feudal(8, 128), vectors, 64, 256), "conv": lambda: Agent(Conv(4, 512), images, 32, 64)}
    for name, make in agents.items():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        agent = make()
        measure(f"{name}, acting", seconds, lambda: (agent.act(), agent.unroll * agent.n)[1])
        measure(f"{name}, acting and learning", seconds, agent.learn)


if __name__ == "__main__":
    main()
