"""A trainer for test_ranks.py: torchrun starts it on every rank."""

import torch
import torch.distributed as distributed

import pbt

distributed.init_process_group("gloo")


def build():
    model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(2, 1))
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def spread(value: float) -> float:
    """The largest value of the ranks less the smallest."""
    high, low = torch.tensor(value), torch.tensor(value)
    distributed.all_reduce(high, distributed.ReduceOp.MAX)
    distributed.all_reduce(low, distributed.ReduceOp.MIN)
    return (high - low).item()


for turn in pbt.turns():
    with turn:
        model, optimizer = turn.restore(build)
        same_draws = spread(torch.rand(1).item()) == 0
        for step in turn.steps():
            optimizer.zero_grad()
            model(torch.rand(4, 2)).square().mean().backward()
            optimizer.step()
            turn.log(step, loss=0)
        (turn.save / f"shard-{turn.rank}").touch()
        steps = turn.step - turn.from_step
        turn.finish(
            (model, optimizer), score=steps, spread=spread(steps) + spread(model.module.weight.sum().item()),
            same_draws=same_draws,
        )

distributed.destroy_process_group()
