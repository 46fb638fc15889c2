"""One experiment under a storm: processes are killed, stopped and continued at moments drawn from a seed, commands come in between, and
what died is started again, until the budget is spent."""

import collections
import random
import signal
import sqlite3
import subprocess
import time

import processes
from experiment import NAME, Broken, Experiment, trainer_command
from history import Ledger

LEASE_S = 1
TAKEOVER_S = LEASE_S + 3  # the promise: until a dead worker's member is being trained again
ROLES = ("run", "first worker", "second worker")
ACTIONS = {"kill pbt": 8, "kill guard": 4, "kill trainer": 6, "kill child": 3, "kill all": 1, "kill pbt and guard": 1, "kill command": 3,
           "stop pbt": 5, "stop trainer": 2, "stop guard": 1, "command": 5}
COMMANDS = (["pause", NAME], ["unpause", NAME], ["stop", NAME], ["gc", NAME], ["gc", NAME, "--keep-last", "0"], ["status", NAME],
            ["inject", NAME, "--member", "{member}", "--set", "momentum=0.5"])


class Stopped:
    """A process that stands still, the leases that it held, as (member, fence), and when it may go on."""

    def __init__(self, pid, kind, held, wake_at):
        self.pid, self.kind, self.held, self.wake_at = pid, kind, held, wake_at
        self.taken = set()


class Siege:
    """`variant`: kind, synchronous, children, durability. `turns`: each member's budget. `blows`: what happens, at most."""

    def __init__(self, pbt, trainer, folder, seed, variant, turns, blows):
        self.chance = random.Random(seed)
        command = trainer_command(trainer, variant["kind"], variant["children"])
        self.experiment = Experiment(pbt, folder, f"{seed}-{folder.name}", command=command, seed=seed % 1000, lease_s=LEASE_S,
                                     steps=turns * 200_000, synchronous=variant["synchronous"], durability=variant["durability"])
        self.ledger = Ledger(self.experiment)
        self.blows = blows
        self.after_blow = lambda siege: None
        self.pbts = {}  # role: process
        self.stopped = []
        self.lost_leases = set()  # (member, fence)
        self.counts = collections.Counter()
        self.doctored = {}

    def storm(self):
        """Throws Broken. Whatever happens, no process is left."""
        try:
            for _ in range(self.blows):
                if self.experiment.budget_is_spent():
                    break
                self.keep_running()
                self.wake(due=True)
                time.sleep(self.chance.uniform(0, self.chance.choice([0.01, 0.05, 0.15])))
                self.strike(self.chance.choices(list(ACTIONS), ACTIONS.values())[0])
                self.after_blow(self)
            self.finish()
        finally:
            processes.end_all(self.experiment.mark)
            for one in self.pbts.values():
                one.wait()

    # What runs.

    def keep_running(self):
        """Starts what does not run, as whoever runs an experiment would."""
        for role in ROLES:
            one = self.pbts.get(role)
            if one is not None and one.poll() is None:
                continue
            if one is not None:
                self.check_status(role, one.returncode)
                self.maybe_raise_budget(role)
            if role == "run":
                self.pbts[role] = self.experiment.run()
            elif self.experiment.state() != "none":
                self.pbts[role] = self.experiment.worker(threads=2 if role == "first worker" else 1)

    def check_status(self, role, status):
        """Killed, done, or the one failure that storms bring about: a population of which every member was killed too often."""
        gave_up = status == 1 and "experiment storm failed: " in self.experiment.last_errors()
        if status not in (0, -signal.SIGKILL) and not gave_up:
            raise Broken(f"{role} ended with exit status {status}:\n{self.experiment.last_errors()}")
        self.counts["experiments given up for too many failures"] += gave_up

    def maybe_raise_budget(self, role):
        if role == "run" and self.chance.random() < 0.05:
            self.experiment.settings["steps"] += 2 * self.experiment.settings["interval"]
            self.experiment.write_file()

    def running(self):
        """The processes of pbt that run and are not stopped."""
        still = {one.pid for one in self.stopped}
        return [one for one in self.pbts.values() if one.poll() is None and one.pid not in still]

    # Blows.

    def strike(self, action):
        verb, _, what = action.partition(" ")
        if action == "kill command":
            self.kill_command()
        elif verb == "kill":
            self.kill(what)
        elif verb == "stop":
            self.stop(what)
        else:
            self.command()

    def victims(self, *kinds):
        """In an order of chance. Who stands still with a lease is mostly spared, so that it goes on after the lease has run out."""
        spared = {one.pid for one in self.stopped if one.held and self.chance.random() < 0.9}
        pids = sorted(pid for pid, kind in processes.processes(self.experiment.mark).items() if kind in kinds and pid not in spared)
        self.chance.shuffle(pids)
        return pids

    def kill(self, what):
        if what == "all":
            pids = self.victims(*processes.KINDS)
        elif what == "pbt and guard":
            pids = self.victims("pbt")[:1] + self.victims("guard")[:1]
            self.chance.shuffle(pids)
        else:
            pids = self.victims(what, *(["newborn"] if what == "guard" else []))[:1]
        for pid in pids:
            self.counts[f"SIGKILL {what}"] += processes.send(pid, signal.SIGKILL)
        self.after_deaths(pids, f"after a SIGKILL of {what}")

    def after_deaths(self, pids, when):
        self.stopped = [one for one in self.stopped if one.pid not in pids]
        doomed = [one for one in self.pbts.values() if one.pid in pids]
        for one in doomed:
            one.wait()
        if doomed:
            self.check(when)

    def next_command(self):
        command = self.chance.choice(COMMANDS)
        return [word.format(member=self.chance.randrange(self.experiment.settings["population"])) for word in command]

    def command(self):
        if self.experiment.state() == "none":
            return
        command = self.next_command()
        with self.experiment.spawn(*command) as one:
            if not self.wait_without_lock(one) or one.returncode not in (0, 1, 2):
                raise Broken(f"pbt {' '.join(command)} ended with exit status {one.returncode}:\n{self.experiment.last_errors()}")
        self.counts["commands"] += 1
        self.unpause()

    def kill_command(self):
        if self.experiment.state() == "none":
            return
        with self.experiment.spawn(*self.next_command()) as one:
            time.sleep(self.chance.uniform(0, 0.03))
            self.counts["SIGKILL command"] += one.poll() is None
            one.kill()
        self.check("after a SIGKILL of a command")
        self.unpause()

    def unpause(self):
        """Soon, or the storm would blow over a calm sea."""
        if self.experiment.state() == "paused" and self.chance.random() < 0.7:
            with self.experiment.spawn("unpause", NAME) as one:
                self.wait_without_lock(one)

    def wait_without_lock(self, one):
        """Whoever was stopped in the middle of a commit holds SQLite's lock: it goes on when others have waited long enough."""
        try:
            one.wait(2)
        except subprocess.TimeoutExpired:
            self.wake(due=False)
            try:
                one.wait(30)
            except subprocess.TimeoutExpired:
                one.kill()
                return False
        return True

    # Stops.

    def stop(self, kind):
        still = {one.pid for one in self.stopped}
        pids = [pid for pid in self.victims(kind) if pid not in still]
        if not pids or (kind == "pbt" and len(self.running()) < 2):
            return
        pid = pids[0]
        if not processes.stop(pid):
            return
        self.counts[f"SIGSTOP {kind}"] += 1
        if not self.experiment.is_readable():
            self.counts["stops that nobody could read past"] += 1
            processes.send(pid, signal.SIGCONT)
            return
        now_ms = time.time() * 1000
        held = [(one["id"], one["fence"]) for one in self.experiment.members()
                if kind == "pbt" and f"-{pid}-" in one["worker"] and one["lease_until_ms"] > now_ms]
        self.stopped.append(Stopped(pid, kind, held, time.monotonic() + LEASE_S * self.chance.uniform(1.05, 1.6)))

    def wake(self, due):
        """`due`: only those whose time has come."""
        for one in list(self.stopped):
            if due and time.monotonic() < one.wake_at:
                continue
            if one.held and due:
                self.await_takeover(one)
            if one in self.stopped:
                self.go_on(one)

    def go_on(self, one):
        self.stopped.remove(one)
        processes.send(one.pid, signal.SIGCONT)

    def await_takeover(self, one):
        """In calm weather: from now on nobody is killed, and no worker is kept by a trainer that stands still. Whoever else runs takes
        over what it held."""
        for other in [other for other in self.stopped if other.kind != "pbt"]:
            self.go_on(other)
        deadline = time.monotonic() + TAKEOVER_S
        while True:
            self.keep_running()
            fences = {member["id"]: member["fence"] for member in self.experiment.members()}
            one.taken = {held for held in one.held if fences[held[0]] > held[1]}
            if len(one.taken) == len(one.held):
                break
            if self.experiment.state() != "running" or self.is_locked():
                self.counts["stops that nobody could take over"] += 1
                break
            if time.monotonic() > deadline:
                raise Broken(f"process {one.pid} was stopped past its lease, and after {TAKEOVER_S} s more nobody had taken over: "
                             f"(member, fence) {set(one.held) - one.taken}; all that stand still: "
                             f"{[(other.kind, other.pid) for other in self.stopped]}; members: {[dict(row) for row in self.experiment.members()]}")
            time.sleep(0.01)
        self.counts["leases taken over from a stopped process"] += len(one.taken)
        self.lost_leases |= one.taken

    def is_locked(self):
        """Whether whoever is stopped was stopped in the middle of a commit, so that nobody else can commit."""
        connection = sqlite3.connect(self.experiment.database, timeout=0.5, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            return False
        except sqlite3.OperationalError:
            return True
        finally:
            connection.close()

    # What must hold.

    def check(self, when):
        try:
            self.ledger.check()
            self.check_lost_leases()
            if self.experiment.state() == "none":
                return
            self.doctored = self.experiment.call("doctor", NAME)
            if not self.doctored["healthy"]:
                raise Broken("the doctor found:\n  " + "\n  ".join(self.doctored["violations"]))
        except Broken as broken:
            raise Broken(f"{when}: {broken}") from None
        self.counts["examinations"] += 1

    def check_lost_leases(self):
        with self.experiment.reading() as record:
            if record is None:
                return
            committed = {tuple(row) for row in record.execute("SELECT member, fence FROM turns UNION ALL SELECT member, fence FROM failures")}
        if late := committed & self.lost_leases:
            raise Broken(f"a stopped process committed under a lease that it had lost: (member, fence) {late}")

    def finish(self):
        """All that was stopped goes on, what died is started once more, which also clears away what it left, and nobody is killed any
        more: the experiment must come to its end by itself."""
        self.wake(due=False)
        self.keep_running()
        deadline = time.monotonic() + 120
        while not self.experiment.budget_is_spent() or any(one.poll() is None for one in self.pbts.values()):
            if time.monotonic() > deadline:
                raise Broken(f"not done 120 s after the last blow; members: {[dict(one) for one in self.experiment.members()]}")
            if not self.experiment.budget_is_spent():
                self.keep_running()
            if self.experiment.state() == "paused":
                self.experiment.call("unpause", NAME)
            time.sleep(0.02)
        for role, one in self.pbts.items():
            self.check_status(role, one.returncode)
        self.check_nothing_is_left()

    def check_nothing_is_left(self):
        deadline = time.monotonic() + 5
        while left := processes.processes(self.experiment.mark):
            if time.monotonic() > deadline:
                raise Broken(f"processes are left over: {left}")
            time.sleep(0.01)
        self.check("at the end")
        collected = self.experiment.call("gc", NAME, "--keep-last", "0")
        self.check("after the garbage was collected")
        published = {path.name for path in self.experiment.checkpoints.iterdir()} - {"staging"}
        with self.experiment.reading() as record:
            standing = {row[0] for row in record.execute("SELECT name FROM checkpoints WHERE removed = 0")}
            integrity = record.execute("PRAGMA integrity_check").fetchone()[0]
        staged = sorted(path.name for path in (self.experiment.checkpoints / "staging").iterdir())
        if published != standing or len(standing) != collected["checkpoints_left"]:
            raise Broken(f"bytes are left over, or missing: published {sorted(published)}, recorded {sorted(standing)}")
        if staged:
            raise Broken(f"staging folders are left over: {staged}")
        if integrity != "ok":
            raise Broken(f"SQLite's integrity check says {integrity}")
        self.counts["temporary folders left"] += sum(1 for _ in self.experiment.temporary.iterdir())
        for key in ("turns", "failures", "decisions", "recomputed"):
            self.counts[key] += self.doctored[key]
        with self.experiment.reading() as record:
            self.counts["members replaced at max_failures"] += record.execute("SELECT count(*) FROM failures WHERE broken").fetchone()[0]
        self.counts["acknowledged turns"] += len(self.ledger.acknowledged)
        self.counts["experiments"] += 1
