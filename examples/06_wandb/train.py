"""A straight line through noisy points, as a trainer that logs to Weights & Biases: one run a member. Runs alone too."""

import json
import os
import random

import pbt
import wandb


def open_run(turn):
    run = wandb.init(
        project=os.environ.get("WANDB_PROJECT", "pbt"),
        group=os.environ.get("PBT_RECORD"),
        id=turn.run_id,
        name=f"member-{turn.member}",
        resume="allow",
    )
    run.define_metric("*", step_metric="step")
    run.config.update(turn.hyperparameters, allow_val_change=True)
    return run


def build():
    return {"slope": 0.0, "offset": 0.0}


def load(_, folder):
    return json.loads((folder / "line.json").read_text())


def save(line, folder):
    (folder / "line.json").write_text(json.dumps(line))


def main(turn):
    line = turn.restore(build, load=load)
    draw = random.Random(turn.seed)
    with open_run(turn) as run:
        for step in turn.steps():
            x = draw.uniform(-1, 1)
            error = line["slope"] * x + line["offset"] - (3 * x - 1 + draw.gauss(0, 0.5))
            line["slope"] -= turn["learning_rate"] * error * x
            line["offset"] -= turn["learning_rate"] * error
            if step % 100 == 0:
                run.log({"step": step, "training_loss": error * error})
        loss = (line["slope"] - 3) ** 2 / 3 + (line["offset"] + 1) ** 2
        tuned = {f"hyperparameters/{name}": value for name, value in turn.hyperparameters.items()}
        run.log({"step": turn.step, "turn": turn.index, "loss": loss, **tuned})
    # Only now, with the run closed: another worker may have the member's next turn at once.
    turn.finish(line, save=save, loss=loss)


pbt.serve(main, steps=2000, learning_rate=0.01)
