"""Harm done on purpose, as a broken engine, disk or machine might do it: each must be found, or the checks of a storm are worth nothing.

Each is called after every blow until it says that the harm is done."""

import contextlib
import json
import shutil
import sqlite3
import subprocess

import processes

ENOUGH_TURNS = 12


@contextlib.contextmanager
def writing(siege):
    with contextlib.closing(sqlite3.connect(siege.experiment.database, timeout=10, isolation_level=None)) as record:
        yield record


def count_turns(siege):
    with siege.experiment.reading() as record:
        return 0 if record is None else record.execute("SELECT count(*) FROM turns").fetchone()[0]


def in_a_calm(harm):
    """Does it when there are turns enough, with all processes dead, as after any death: what it means shows at the next look."""
    def try_it(siege):
        if count_turns(siege) < ENOUGH_TURNS:
            return False
        processes.end_all(siege.experiment.mark)
        siege.check("before the sabotage")
        harm(siege)
        siege.check("after the sabotage")
        return True

    return try_it


def by_sql(*statements):
    def harm(siege):
        with writing(siege) as record:
            for statement in statements:
                record.execute(statement)

    return in_a_calm(harm)


def older_record(siege):
    """The database as it was a while ago, as from a backup or a lying disk."""
    copy = siege.experiment.folder / "older.db"
    turns = count_turns(siege)
    if turns < ENOUGH_TURNS:
        return False
    if not copy.exists():
        siege.turns_of_copy = turns
        with writing(siege) as record, contextlib.closing(sqlite3.connect(copy)) as target:
            record.backup(target)
    if turns == siege.turns_of_copy:
        return False

    def restore(siege):
        for ending in ("", "-wal", "-shm"):
            siege.experiment.database.with_name("pbt.db" + ending).unlink(missing_ok=True)
        shutil.copy(copy, siege.experiment.database)

    return in_a_calm(restore)(siege)


def standing_file(siege):
    with siege.experiment.reading() as record:
        name = record.execute("SELECT name FROM checkpoints WHERE removed = 0 ORDER BY name").fetchone()[0]
    return next(path for path in (siege.experiment.checkpoints / name).rglob("*") if path.is_file())


def flipped_byte(siege):
    path = standing_file(siege)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lost_bytes(siege):
    path = standing_file(siege)
    path.write_bytes(path.read_bytes()[:-1])


def acknowledge(siege, change):
    """One more line in an output: the last that was acknowledged, changed."""
    said = json.dumps(list(siege.ledger.acknowledged.values())[-1] | change)
    with open(siege.experiment.outputs[0], "a", encoding="utf-8") as output:
        output.write(said + "\n")


def late_commit(siege):
    """Whoever lost a lease commits under it all the same."""
    if not siege.lost_leases or siege.is_locked():
        siege.stop("pbt")
        return False
    member, fence = sorted(siege.lost_leases)[0]
    with writing(siege) as record:
        record.execute("BEGIN IMMEDIATE")
        record.execute("UPDATE progress SET sequence = sequence + 1")
        record.execute("INSERT INTO failures SELECT 1, sequence, ?, 1, ?, 'late', 0, '', '', 0, 0, 0, 0 FROM progress", (member, fence))
        record.execute("COMMIT")
    siege.check("after the sabotage")
    return True


def endless_lease(siege):
    """The lease of whoever was stopped never runs out. No harm is done where another has taken over already, or where nobody can, as
    when somebody was stopped in the middle of a commit and holds the lock."""
    for one in siege.stopped:
        if not one.held or siege.is_locked():
            continue
        with writing(siege) as record:
            lengthened = record.executemany("UPDATE members SET lease_until_ms = lease_until_ms + 3600000 WHERE id = ? AND fence = ?", one.held)
        if lengthened.rowcount == 0:
            continue
        one.wake_at = 0
        nobody_could = siege.counts["stops that nobody could take over"]
        siege.wake(due=True)
        return siege.counts["stops that nobody could take over"] == nobody_could
    siege.stop("pbt")
    return False


def left_over_process(siege):
    """At every blow, as the storm may kill it."""
    subprocess.Popen(["sleep", "600"], env=siege.experiment.environment())
    return False


def left_over(*folders):
    def leave(siege):
        if count_turns(siege) < ENOUGH_TURNS:
            return False
        folder = siege.experiment.checkpoints.joinpath(*folders)
        folder.mkdir()
        (folder / "weights").write_bytes(b"0")
        return True

    return leave


DOUBLED = ("CREATE TABLE doubled AS SELECT * FROM turns", "INSERT INTO doubled SELECT * FROM turns ORDER BY sequence LIMIT 1", "DROP TABLE turns",
           "ALTER TABLE doubled RENAME TO turns")

ALL = {
    "older_record": older_record,
    "deleted_turn": by_sql("DELETE FROM turns WHERE sequence = (SELECT max(sequence) FROM turns)"),
    "doubled_turn": by_sql(*DOUBLED),
    "changed_turn": by_sql("UPDATE turns SET to_step = to_step + 1 WHERE sequence = (SELECT max(sequence) FROM turns)"),
    "lost_parent": by_sql("UPDATE turns SET parent_idx = 1000 WHERE sequence = (SELECT max(sequence) FROM turns WHERE idx > 1)"),
    "lowered_fence": by_sql("UPDATE members SET fence = 0"),
    "flipped_byte": in_a_calm(flipped_byte),
    "lost_bytes": in_a_calm(lost_bytes),
    "doubled_acknowledgement": in_a_calm(lambda siege: acknowledge(siege, {})),
    "false_acknowledgement": in_a_calm(lambda siege: acknowledge(siege, {"turn": 1000})),
    "late_commit": late_commit,
    "endless_lease": endless_lease,
    "left_over_process": left_over_process,
    "left_over_staging": left_over("staging", "forgotten"),
    "left_over_bytes": left_over("forgotten"),
}


class Saboteur:
    """Does its harm once."""

    def __init__(self, name):
        self.try_it = ALL[name]
        self.done = False

    def __call__(self, siege):
        self.done = self.done or self.try_it(siege)
