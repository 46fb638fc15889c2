"""What must hold of a record, looked up in plain SQL, independently of `pbt doctor`; and that it never takes back what it said.

A Ledger is asked again and again while the experiment goes on. It remembers what the processes of pbt have acknowledged and what the
record has shown before, so that it also sees what no single look at the record can show."""

import json

from experiment import Broken

TURN = "sequence, member, idx, fence, worker, parent_member, parent_idx, from_step, to_step, checkpoint, bytes, checksum"


class Ledger:
    def __init__(self, experiment):
        self.experiment = experiment
        self.offsets = {}
        self.acknowledged = {}  # (member, turn): what was printed
        self.failed = {}  # (member, turn, fence): what was printed
        self.decided = {}  # (member, turn, revision) of injections
        self.seen = {}  # (table, key): the row as it was first seen

    def check(self):
        """Throws Broken, with all that does not hold."""
        found = list(self._read_acknowledged())
        with self.experiment.reading() as record:
            if record is not None:
                turns = [dict(row) for row in record.execute(f"SELECT {TURN} FROM turns ORDER BY sequence")]
                found += self._against_acknowledged(record, turns)
                found += self._against_what_was_seen(record)
                found += check_turns(record, turns)
                found += check_sequences(record)
                found += check_fences(record)
            elif self.acknowledged or self.seen:
                found.append("the record is gone")
        found += check_bytes(self.experiment)
        if found:
            more = [f"... and {len(found) - 20} more"] if len(found) > 20 else []
            raise Broken("the record does not hold:\n  " + "\n  ".join(found[:20] + more))

    def _read_acknowledged(self):
        """What was printed since. A last line without its end was cut by a kill: nobody has read it."""
        for path in self.experiment.outputs:
            with open(path, "rb") as file:
                file.seek(self.offsets.get(path, 0))
                text = file.read()
            whole = text[:text.rfind(b"\n") + 1]
            self.offsets[path] = self.offsets.get(path, 0) + len(whole)
            for line in whole.splitlines():
                yield from self._acknowledge(json.loads(line))

    def _acknowledge(self, said):
        if "checkpoint_name" in said and "member" in said:
            key = said["member"], said["turn"]
            if key in self.acknowledged:
                yield f"m{key[0]}.t{key[1]} was acknowledged twice: {self.acknowledged[key]} and {said}"
            self.acknowledged[key] = said
        elif "message" in said and "member" in said:
            self.failed[said["member"], said["turn"], said["fence"]] = said
        elif "revision" in said:
            self.decided[said["member"], said["turn"], said["revision"]] = said

    def _against_acknowledged(self, record, turns):
        recorded = {(turn["member"], turn["idx"]): turn for turn in turns}
        for (member, index), said in self.acknowledged.items():
            turn = recorded.get((member, index))
            if turn is None:
                yield f"m{member}.t{index} was acknowledged and is not in the record"
                continue
            pairs = {"fence": "fence", "worker": "worker", "to_step": "to_step", "checkpoint": "checkpoint_name", "bytes": "checkpoint_bytes"}
            for column, key in pairs.items():
                if turn[column] != said[key]:
                    yield f"m{member}.t{index}: {key} {said[key]} was acknowledged, {turn[column]} is recorded"
        failures = {tuple(row) for row in record.execute("SELECT member, idx, fence FROM failures")}
        for key in self.failed.keys() - failures:
            yield f"a failure of m{key[0]}.t{key[1]} under fence {key[2]} was acknowledged and is not in the record"
        decisions = {tuple(row) for row in record.execute("SELECT member, turn, revision FROM decisions WHERE reason LIKE 'inject:%'")}
        for key in self.decided.keys() - decisions:
            yield f"an injection, member {key[0]} after turn {key[1]}, was acknowledged and is not in the record"

    def _against_what_was_seen(self, record):
        for table in ("turns", "decisions", "failures"):
            rows = {row["sequence"]: tuple(row) for row in record.execute(f"SELECT * FROM {table}")}
            before = self.seen.setdefault(table, {})
            for sequence, row in before.items():
                if sequence not in rows:
                    yield f"entry {sequence} of {table} was in the record and is gone: {row}"
                elif rows[sequence] != row:
                    yield f"entry {sequence} of {table} was {row} and is now {rows[sequence]}"
            self.seen[table] = before | rows


def check_turns(record, turns):
    """(member, turn) unique and without gaps; parents committed before, and continued where they ended."""
    known, last = {}, {}
    for turn in turns:
        key = turn["member"], turn["idx"]
        name = f"m{key[0]}.t{key[1]}"
        if key in known:
            yield f"{name} is in the record twice"
        elif turn["idx"] != last.get(turn["member"], 0) + 1:
            yield f"{name} follows turn {last.get(turn['member'], 0)} of its member"
        last[turn["member"]] = turn["idx"]
        parent = known.get((turn["parent_member"], turn["parent_idx"]))
        if turn["parent_member"] is not None and parent is None:
            yield f"the parent of {name} was not committed before it"
        if turn["from_step"] != (parent["to_step"] if parent else 0):
            yield f"{name} begins at step {turn['from_step']}, where its parent did not end"
        known[key] = turn
    checkpoints = {row["name"]: row for row in record.execute("SELECT name, bytes, checksum, member, idx FROM checkpoints")}
    for key, turn in known.items():
        row = checkpoints.get(turn["checkpoint"])
        if row is None or (row["member"], row["idx"], row["bytes"], row["checksum"]) != (*key, turn["bytes"], turn["checksum"]):
            yield f"m{key[0]}.t{key[1]} names the checkpoint {turn['checkpoint']}, which is not recorded as its own"
    for member in record.execute("SELECT id, turns FROM members"):
        if member["turns"] != last.get(member["id"], 0):
            yield f"member {member['id']} counts {member['turns']} turns and has {last.get(member['id'], 0)}"


def check_sequences(record):
    numbers = [row[0] for row in record.execute("SELECT sequence FROM turns UNION ALL SELECT sequence FROM decisions "
                                                "UNION ALL SELECT sequence FROM failures ORDER BY 1")]
    last = record.execute("SELECT sequence FROM progress").fetchone()[0]
    if numbers != list(range(1, last + 1)):
        yield f"the entries are not numbered from 1 to {last}, each once"


def check_fences(record):
    """What was committed later was committed under a later lease."""
    last = {}
    for row in record.execute("SELECT sequence, member, idx, fence FROM turns UNION ALL SELECT sequence, member, idx, fence FROM failures "
                              "ORDER BY sequence"):
        if row["fence"] <= last.get(row["member"], 0):
            yield f"m{row['member']}.t{row['idx']} was committed under fence {row['fence']}, after fence {last[row['member']]}"
        last[row["member"]] = row["fence"]
    for member in record.execute("SELECT id, fence FROM members"):
        if member["fence"] < last.get(member["id"], 0):
            yield f"member {member['id']} stands at fence {member['fence']}, and {last[member['id']]} has committed"


def check_bytes(experiment):
    """Of every checkpoint that stands, all bytes are there. One that was collected meanwhile is no loss."""
    def standing():
        with experiment.reading() as record:
            return {} if record is None else dict(record.execute("SELECT name, bytes FROM checkpoints WHERE removed = 0").fetchall())

    wrong = {}
    for name, size in standing().items():
        try:
            found = sum(path.stat().st_size for path in (experiment.checkpoints / name).rglob("*") if path.is_file())
        except FileNotFoundError:
            found = 0
        if found != size:
            wrong[name] = f"checkpoint {name} has {found} bytes on the disk and {size} in the record"
    if not wrong:
        return []
    still = standing()
    return [text for name, text in wrong.items() if name in still]
