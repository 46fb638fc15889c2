"""The environments written anew in C++, step by step against Gymnasium's own. Run by an interpreter that has Gymnasium
(scripts/python-environment); skipped by others."""

import json
import os
import pathlib
import subprocess

import pytest

gymnasium = pytest.importorskip("gymnasium")
import numpy  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("PBT_TRAJECTORIES", "build/trainers/rl-build/rl_trajectories"))

# What Gymnasium computes in single precision where ours is double, or the other way round, and a library's last digit of a sine.
TOLERANCE = {"Pendulum-v1": 1e-5, "MountainCarContinuous-v0": 1e-6}

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="built without the reference trainers")


@pytest.fixture(scope="module")
def trajectories():
    done = subprocess.run([PROGRAM], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def action_of(environment, action):
    if isinstance(environment.action_space, gymnasium.spaces.Discrete):
        return action
    return numpy.array([action], dtype=numpy.float32)


NAMES = ["Acrobot-v1", "CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1"]


@pytest.mark.parametrize("name", NAMES)
def test_each_step_leads_where_gymnasiums_does(trajectories, name):
    tolerance = TOLERANCE.get(name, 1e-9)
    for trajectory in (each for each in trajectories if each["environment"] == name):
        environment = gymnasium.make(name).unwrapped
        environment.reset(seed=1)
        for step in trajectory["steps"]:
            environment.state = numpy.array(step["state"])
            environment.steps_beyond_terminated = None  # CartPole pays nothing beyond
            observation, reward, terminated, _, _ = environment.step(action_of(environment, step["action"]))
            numpy.testing.assert_allclose(observation, step["observation"], rtol=1e-6, atol=max(tolerance, 1e-7))
            assert reward == pytest.approx(step["reward"], rel=tolerance, abs=tolerance)
            assert terminated == step["terminated"]


@pytest.mark.parametrize("name", NAMES)
def test_whole_episodes_end_when_gymnasiums_do(trajectories, name):
    """From the first state on, by itself: the end too, by the task's rules or its limit of steps."""
    for trajectory in (each for each in trajectories if each["environment"] == name):
        environment = gymnasium.make(name)
        environment.reset(seed=1)
        environment.unwrapped.state = numpy.array(trajectory["steps"][0]["state"])
        for step in trajectory["steps"]:
            observation, _, terminated, truncated, _ = environment.step(action_of(environment, step["action"]))
            assert (terminated, truncated) == (step["terminated"], step["truncated"])
            if terminated or truncated:
                break
        assert terminated or truncated


@pytest.mark.parametrize("name", NAMES)
def test_the_spaces_are_gymnasiums(trajectories, name):
    environment = gymnasium.make(name)
    step = next(each for each in trajectories if each["environment"] == name)["steps"][0]
    assert environment.observation_space.shape == (len(step["observation"]),)
    assert environment.spec.max_episode_steps == sum(1 for _ in next(
        each for each in trajectories if each["environment"] == name)["steps"])
