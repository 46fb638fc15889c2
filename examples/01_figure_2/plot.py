"""Draws the trajectories of figure_2's CSV as the paper's Figure 2 does: plot.py turns.csv figure_2.png [SEED]"""

import csv
import sys
from collections import defaultdict

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

METHODS = ["PBT", "explore only", "exploit only", "fixed"]
COLOURS = ["#101418", "#d62728"]


def read(path, seed):
    """method -> (member, turn) -> row"""
    runs = defaultdict(dict)
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["seed"] == seed:
                runs[row["method"]][f"m{row['member']}.t{row['turn']}"] = row
    return runs


def draw(run, title, curve, plane):
    for member, colour in enumerate(COLOURS):
        rows = [row for row in run.values() if row["member"] == str(member)]
        turns = [int(row["turn"]) * 4 for row in rows]
        curve.plot(turns, [float(row["Q"]) for row in rows], ".", color=colour, markersize=3)
        plane.plot([float(r["theta_0"]) for r in rows], [float(r["theta_1"]) for r in rows], ".", color=colour, markersize=3)
        for row in rows:
            parent = run.get(row["parent"])
            if parent and parent["member"] != row["member"]:  # a copy
                plane.plot([float(parent["theta_0"]), float(row["theta_0"])], [float(parent["theta_1"]), float(row["theta_1"])],
                           color=colour, linewidth=0.4, alpha=0.5)
    curve.axhline(1.2, linewidth=0.8, linestyle=":", color="grey")
    curve.set(title=title, xlabel="step", ylim=(-0.5, 1.3))
    plane.set(xlabel=r"$\theta_0$", xlim=(-0.05, 1), ylim=(-0.05, 1), aspect="equal")


def main():
    runs = read(sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else "1")
    figure, axes = plt.subplots(2, 4, figsize=(11, 5.6))
    for column, method in enumerate(METHODS):
        draw(runs[method], method, axes[0][column], axes[1][column])
    axes[0][0].set_ylabel("Q")
    axes[1][0].set_ylabel(r"$\theta_1$")
    figure.tight_layout()
    figure.savefig(sys.argv[2], dpi=130)


main()
