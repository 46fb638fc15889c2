"""The figures of bench/run: each runs its programs in a folder of its own and gives rows of the table."""
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional

EXPERIMENT = """
name = "{name}"
population = {members}
steps = {turns}
interval = 1
[objective]
metric = "score"
[trainer]
command = {command}
[hyperparameters]
learning_rate = {{ low = 1e-5, high = 1e-1, scale = "log" }}
discount = {{ low = 0.9, high = 0.999, scale = "one_minus_log" }}
unroll = {{ low = 5, high = 50, type = "int" }}
[checkpoints]
durability = "{durability}"
[workers]
count = {workers}
"""


@dataclass
class Row:
    figure: str
    target: str
    measured: str
    met: Optional[bool] = None


class Bench:
    """The programs, and a new folder for each run of one."""

    def __init__(self, build: Path, scratch: Path, turns: int, big: int):
        self.pbt, self.programs, self.scratch = build / "pbt", build / "bench", scratch
        self.turns, self.big, self.folders = turns, big, 0

    def folder(self) -> Path:
        self.folders += 1
        folder = self.scratch / str(self.folders)
        folder.mkdir()
        return folder

    def program(self, name: str, *arguments) -> list[str]:
        return [str(self.programs / name), *map(str, arguments)]

    def lines(self, name: str, *arguments) -> list[list[float]]:
        """The numbers that a program prints."""
        done = subprocess.run(self.program(name, *arguments), stdout=subprocess.PIPE, text=True, check=True)
        return [[float(word) for word in line.split()] for line in done.stdout.splitlines()]

    def experiment(self, trainer: list[str], members: int, turns: int, durability: str, workers: int = 1) -> Path:
        file = self.folder() / "bench.toml"
        file.write_text(EXPERIMENT.format(name="bench", members=members, turns=turns, command=json.dumps(trainer),
                                          durability=durability, workers=workers))
        return file

    def run(self, file: Path) -> float:
        """`pbt run`, whole: wall-clock seconds."""
        start = time.monotonic()
        done = subprocess.run([self.pbt, "run", file], cwd=file.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"pbt run failed:\n{done.stdout[-2000:]}")
        return time.monotonic() - start

    def gaps_ms(self, size: int, durability: str, turns: int) -> list[float]:
        """From the end of one turn's training to the start of the next, of one worker with 16 members."""
        times = self.folder() / "times"
        trainer = self.program("echo_trainer", "--bytes", size, "--times", times)
        self.run(self.experiment(trainer, 16, turns, durability))
        stamps = [tuple(map(int, line.split())) for line in times.read_text().splitlines()]
        return [(after[0] - before[1]) / 1e6 for before, after in zip(stamps, stamps[1:])]


def kilobytes(size: int) -> str:
    return f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1_000} kB"


def in_process(bench: Bench) -> Iterator[Row]:
    for members in (16, 256):
        [[median, p99]] = bench.lines("in_process", members, 16_000 // members)
        target = 50 if members == 16 else None
        yield Row(f"coordination a turn, in process, {members} members", "<= 50 us" if target else "",
                  f"median {median:.1f} us, p99 {p99:.0f} us", median <= target if target else None)


def process(bench: Bench) -> Iterator[Row]:
    for size in (1_000, 64_000):
        gaps = bench.gaps_ms(size, "process", turns=100)
        yield Row(f"coordination a turn, SQLite, session trainer, process, {kilobytes(size)}", "median <= 1 ms",
                  f"median {statistics.median(gaps):.2f} ms, mean {statistics.mean(gaps):.2f}, "
                  f"p99 {statistics.quantiles(gaps, n=100)[98]:.1f}",
                  statistics.median(gaps) <= 1)


def power(bench: Bench) -> Iterator[Row]:
    for size in (1_000, 64_000):
        ours, bare = [], []
        for _ in range(15):  # turn about, and short: what a flush takes may change tenfold within minutes
            bare.append(statistics.median(line[0] / 1e6 for line in bench.lines("bare_flush", bench.folder(), size, 64)))
            ours.append(statistics.median(bench.gaps_ms(size, "power", turns=4)))
        low, above, high = statistics.quantiles([a - b for a, b in zip(ours, bare)], n=4)
        yield Row(f"the same, power, {kilobytes(size)}, above the bare flushes", "<= 1 ms",
                  f"{above:+.2f} ms, quartiles of 15 pairs {low:+.2f} {high:+.2f} (pbt {statistics.median(ours):.2f}, "
                  f"bare {statistics.median(bare):.2f})", above <= 1)


def floor(bench: Bench) -> Iterator[Row]:
    members, workers, turn_s = 16, 2, 0.25
    least = max(members * bench.turns * turn_s / workers, bench.turns * turn_s)
    for durability, limit in (("process", 1.02), ("power", 1.04)):
        trainer = bench.program("echo_trainer", "--bytes", 64_000, "--sleep", turn_s)
        ratio = bench.run(bench.experiment(trainer, members, bench.turns, durability, workers)) / least
        yield Row(f"2 workers, 16 members, {bench.turns} turns of 0.25 s, {durability}: wall / floor of {least:g} s",
                  f"<= {limit}", f"{ratio:.4f}", ratio <= limit)


def dashboards(bench: Bench) -> Iterator[Row]:
    """Two workers that compute without a pause, alone and with ten browsers that follow the run, turn about."""
    trainer = bench.program("echo_trainer", "--bytes", 1_000, "--work", 30_000_000)
    file = bench.experiment(trainer, 16, 10, "process", workers=2)
    alone, followed = [], []
    for _ in range(7):
        shutil.rmtree(file.parent / "runs", ignore_errors=True)
        alone.append(bench.run(file))
        shutil.rmtree(file.parent / "runs")
        with subprocess.Popen([sys.executable, Path(__file__).with_name("browsers.py"), bench.pbt, "10"], cwd=file.parent,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as browsers:
            followed.append(bench.run(file))
            said, _ = browsers.communicate("end\n")
        pages, events, cpu_s = map(float, said.split())
        if pages != 10 or events < 10:
            raise RuntimeError(f"{pages:.0f} of 10 pages followed the run and had {events:.0f} events")
    ratio = statistics.median(b / a for a, b in zip(alone, followed))
    yield Row("a run with ten open dashboards / without, 2 workers on all cores, median of 7 pairs", "<= 1.01",
              f"{ratio:.4f} (alone {statistics.median(alone):.2f} s; {events:.0f} events, server {cpu_s:.2f} s of CPU in the last)",
              ratio <= 1.01)


def contention(bench: Bench) -> Iterator[Row]:
    for durability in ("process", "power"):
        lines = bench.lines("contention", bench.folder() / "pbt.db", durability, 15)
        counts, medians, longest = zip(*lines)
        met = max(longest) <= 150 and min(counts) >= 0.8 * max(counts)
        yield Row(f"8 processes on one SQLite store, {durability}", "no wait > 150 ms, none starves",
                  f"longest {max(longest):.1f} ms, median {statistics.median(medians):.2f} ms, "
                  f"{min(counts):.0f} to {max(counts):.0f} transactions each", met)


def decide(bench: Bench) -> Iterator[Row]:
    command = bench.program("decide", "--benchmark_format=json", "--benchmark_repetitions=3", "--benchmark_min_time=0.2",
                            "--benchmark_report_aggregates_only=true")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    for result in json.loads(done.stdout)["benchmarks"]:
        if result["aggregate_name"] != "median":
            continue
        _, *strategy, members = result["run_name"].split("/")
        what = f"a decision, {strategy[0]}" if strategy else "a worker's snapshot before it decides"
        large = strategy and int(members) == 10_000
        yield Row(f"{what}, {int(members):,} members in memory", "< 1 ms" if large else "",
                  f"{result['real_time'] / 1000:.4f} ms", result["real_time"] < 1000 if large else None)


def big_record(bench: Bench) -> Iterator[Row]:
    file = bench.experiment(["true"], 100, 20_000, "process")
    file.write_text(file.read_text().replace('"bench"', '"big"'))
    file = file.rename(file.with_name("big.toml"))
    [[read, small, big]] = bench.lines("big_record", file.parent, bench.big)
    yield Row(f"status() and best, {bench.big:,} turns in SQLite", "< 100 ms", f"{read:.2f} ms", read < 100)
    store = f"sqlite:{file.parent / 'big' / 'pbt.db'}"
    for command in ("status", "best"):
        took = median_ms([bench.pbt, command, "big", "--store", store], times=11)
        yield Row(f"`pbt {command}`, whole program, the same record", "< 100 ms", f"{took:.1f} ms", took < 100)
    yield Row(f"median commit, {bench.big:,} turns against 1,000, interleaved", "<= 1.20",
              f"{big / small:.2f} ({big:.3f} against {small:.3f} ms)", big / small <= 1.2)


def exploit(bench: Bench) -> Iterator[Row]:
    [[copies, most]] = bench.lines("exploit_bytes", bench.folder())
    yield Row(f"checkpoint bytes that a copy writes ({copies:.0f} copies)", "0", f"{most:.0f}", copies > 0 and most == 0)


def median_ms(command: list, times: int) -> float:
    took = []
    for _ in range(times):
        start = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        took.append((time.monotonic() - start) * 1000)
    return statistics.median(took)


def highest_kb(bench: Bench, file: Path) -> int:
    """The most memory that `pbt run` itself had resident, its trainers and their guards apart."""
    running = subprocess.Popen([bench.pbt, "run", file], cwd=file.parent, stdout=subprocess.DEVNULL)
    highest = 0
    while running.poll() is None:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{running.pid}/status").read_text())
        highest = max(highest, int(found.group(1)) if found else 0)
        time.sleep(0.02)
    if running.returncode != 0:
        raise RuntimeError(f"pbt run {file} failed with status {running.returncode}")
    return highest


def program(bench: Bench) -> Iterator[Row]:
    trainer = bench.program("echo_trainer", "--bytes", 1_000)
    for turns in (10, 400):  # the second has more turns than pbt keeps in memory
        file = bench.experiment(trainer, 64, turns, "process", workers=2)
        highest = highest_kb(bench, file)
        yield Row(f"resident memory of `pbt run`, 64 members, after {64 * turns:,} turns", "< 30 MB",
                  f"{highest / 1000:.1f} MB", highest < 30_000)
    store = f"sqlite:{file.parent / 'runs' / 'bench' / 'pbt.db'}"
    for command in ([bench.pbt, "--version"], [bench.pbt, "status", "bench", "--store", store]):
        took = median_ms(command, times=50)
        yield Row(f"`pbt {command[1]}`, start to end, median of 50", "< 20 ms", f"{took:.1f} ms", took < 20)


def bare_script(bench: Bench) -> Iterator[Row]:
    """One worker that changes members every turn: each turn loads a checkpoint, and saves one."""
    members, turns = 4, 3
    for size in (1_000_000, 100_000_000):
        for durability in ("process", "power"):
            start = time.monotonic()
            subprocess.run(bench.program("echo_trainer", "--sleep", 1, "--bytes", size, "--bare", members * turns), check=True)
            bare = time.monotonic() - start
            trainer = bench.program("echo_trainer", "--sleep", 1, "--bytes", size)
            ours = bench.run(bench.experiment(trainer, members, turns, durability))
            yield Row(f"wall, turns of 1 s, {kilobytes(size)} of weights, {durability}, against the bare loop", "",
                      f"{ours / bare:.3f}")


ALL = {"in_process": in_process, "process": process, "power": power, "decide": decide, "exploit": exploit, "program": program,
       "contention": contention, "bare_script": bare_script, "big_record": big_record, "floor": floor,
       "dashboards": dashboards}
