-- The record of one or more experiments. Append-only: turns, decisions, failures. Everything else follows from those three and
-- changes in the same transaction. Times are milliseconds since 1970. Sequences count an experiment's entries in commit order.

CREATE TABLE experiments (
  id             INTEGER PRIMARY KEY,
  name           TEXT NOT NULL UNIQUE,
  specification  TEXT NOT NULL,
  population     INTEGER NOT NULL,
  state          INTEGER NOT NULL DEFAULT 0,  -- 0 running, 1 paused, 2 done, 3 failed
  reason         TEXT NOT NULL DEFAULT '',
  created_ms     INTEGER NOT NULL
) STRICT;

-- What every commit changes, apart from the specification's long text.
CREATE TABLE progress (
  experiment     INTEGER PRIMARY KEY REFERENCES experiments (id),
  sequence       INTEGER NOT NULL DEFAULT 0,  -- of the last entry
  starts         INTEGER NOT NULL DEFAULT 0,  -- start decisions so far
  training_ms    INTEGER NOT NULL DEFAULT 0,  -- the length of the union in `training`
  best_member    INTEGER,
  best_idx       INTEGER
) STRICT;

-- A cache of the record: what each member's next turn starts from, and its lease.
CREATE TABLE members (
  experiment       INTEGER NOT NULL REFERENCES experiments (id),
  id               INTEGER NOT NULL,
  state            INTEGER NOT NULL,  -- 0 unborn, 1 ready, 2 undecided, 3 waiting, 4 stopped
  turns            INTEGER NOT NULL,
  steps_done       INTEGER NOT NULL,
  steps_lost       INTEGER NOT NULL,
  failures         INTEGER NOT NULL,
  setbacks         INTEGER NOT NULL,
  broken           INTEGER NOT NULL,
  standing_member  INTEGER,
  standing_idx     INTEGER,
  next_turn        INTEGER,           -- its latest decision
  next_revision    INTEGER,
  weights_member   INTEGER,           -- that decision's weights
  weights_idx      INTEGER,
  fence            INTEGER NOT NULL,
  worker           TEXT NOT NULL,     -- empty: not leased
  lease_until_ms   INTEGER NOT NULL,
  not_before_ms    INTEGER NOT NULL,
  PRIMARY KEY (experiment, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_progress ON members (experiment, state, steps_done, id) WHERE setbacks = 0;
CREATE INDEX members_with_setbacks ON members (experiment, state) WHERE setbacks > 0;
CREATE INDEX members_by_weights ON members (experiment, weights_member, weights_idx);

CREATE TABLE turns (
  experiment       INTEGER NOT NULL REFERENCES experiments (id),
  sequence         INTEGER NOT NULL,
  member           INTEGER NOT NULL,
  idx              INTEGER NOT NULL,
  fence            INTEGER NOT NULL,
  worker           TEXT NOT NULL,
  parent_member    INTEGER,
  parent_idx       INTEGER,
  hyperparameters  TEXT NOT NULL,     -- JSON object
  from_step        INTEGER NOT NULL,
  to_step          INTEGER NOT NULL,
  partial          INTEGER NOT NULL,
  score            REAL NOT NULL,     -- -Inf: diverged
  samples          TEXT NOT NULL,     -- JSON array
  metrics          TEXT NOT NULL,     -- JSON object
  checkpoint       TEXT NOT NULL,
  bytes            INTEGER NOT NULL,
  checksum         TEXT NOT NULL,
  started_ms       INTEGER NOT NULL,
  ended_ms         INTEGER NOT NULL,
  UNIQUE (experiment, member, idx),
  UNIQUE (experiment, sequence)
) STRICT;

CREATE TABLE decisions (
  experiment         INTEGER NOT NULL REFERENCES experiments (id),
  sequence           INTEGER NOT NULL,
  member             INTEGER NOT NULL,
  turn               INTEGER NOT NULL,
  revision           INTEGER NOT NULL,
  fence              INTEGER NOT NULL,  -- of the lease that it came under; 0: none
  kind               INTEGER NOT NULL,  -- 0 start, 1 continue, 2 copy, 3 wait, 4 stop
  weights_member     INTEGER,
  weights_idx        INTEGER,
  donor_member       INTEGER,
  donor_idx          INTEGER,
  imported           TEXT,              -- a checkpoint's name
  imported_bytes     INTEGER,
  imported_checksum  TEXT,
  hyperparameters    TEXT NOT NULL,     -- JSON object
  reason             TEXT NOT NULL,
  snapshot           INTEGER NOT NULL,
  attempt            INTEGER NOT NULL,
  UNIQUE (experiment, member, turn, revision),
  UNIQUE (experiment, sequence)
) STRICT;

CREATE TABLE failures (
  experiment  INTEGER NOT NULL REFERENCES experiments (id),
  sequence    INTEGER NOT NULL,
  member      INTEGER NOT NULL,
  idx         INTEGER NOT NULL,
  fence       INTEGER NOT NULL,
  worker      TEXT NOT NULL,
  kind        INTEGER NOT NULL,
  message     TEXT NOT NULL,
  log_tail    TEXT NOT NULL,
  step        INTEGER NOT NULL,
  steps_lost  INTEGER NOT NULL,
  broken      INTEGER NOT NULL,        -- the failures had passed the limit
  time_ms     INTEGER NOT NULL,
  UNIQUE (experiment, member, idx, fence),
  UNIQUE (experiment, sequence)
) STRICT;

-- Which published bytes stand. Rows stay when the bytes go.
CREATE TABLE checkpoints (
  experiment  INTEGER NOT NULL REFERENCES experiments (id),
  name        TEXT NOT NULL,
  bytes       INTEGER NOT NULL,
  checksum    TEXT NOT NULL,
  member      INTEGER,                 -- the turn that made it; null: imported
  idx         INTEGER,
  named       INTEGER NOT NULL,        -- 0: imported, and no start has named it yet
  pinned      INTEGER NOT NULL DEFAULT 0,
  removed     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (experiment, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoints_standing ON checkpoints (experiment, member, idx) WHERE removed = 0;

-- When at least one turn was being trained: disjoint intervals, merged as turns come in.
CREATE TABLE training (
  experiment  INTEGER NOT NULL REFERENCES experiments (id),
  to_ms       INTEGER NOT NULL,
  from_ms     INTEGER NOT NULL,
  PRIMARY KEY (experiment, to_ms)
) STRICT, WITHOUT ROWID;
