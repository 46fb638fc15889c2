-- The record of one or more experiments. Append-only: turns, decisions, failures. Everything else follows from those three and
-- changes in the same transaction. Times are milliseconds since 1970. Sequences count an experiment's entries in commit order.

CREATE TABLE experiments (
  id             BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  name           TEXT COLLATE "C" NOT NULL UNIQUE,
  specification  TEXT NOT NULL,
  population     BIGINT NOT NULL,
  state          BIGINT NOT NULL DEFAULT 0,  -- 0 running, 1 paused, 2 done, 3 failed
  reason         TEXT NOT NULL DEFAULT '',
  created_ms     BIGINT NOT NULL
);

-- What every commit changes, and is locked by: sequences follow the order of commits. Apart from the specification's long text. Pages have
-- room for the versions that a row goes through.
CREATE TABLE progress (
  experiment     BIGINT PRIMARY KEY REFERENCES experiments (id),
  sequence       BIGINT NOT NULL DEFAULT 0,  -- of the last entry
  starts         BIGINT NOT NULL DEFAULT 0,  -- start decisions so far
  training_ms    BIGINT NOT NULL DEFAULT 0,  -- the length of the union in `training`
  best_member    BIGINT,
  best_idx       BIGINT
) WITH (fillfactor = 10);

-- A cache of the record: what each member's next turn starts from, and its lease.
CREATE TABLE members (
  experiment       BIGINT NOT NULL REFERENCES experiments (id),
  id               BIGINT NOT NULL,
  state            BIGINT NOT NULL,  -- 0 unborn, 1 ready, 2 undecided, 3 waiting, 4 stopped
  turns            BIGINT NOT NULL,
  steps_done       BIGINT NOT NULL,
  steps_lost       BIGINT NOT NULL,
  failures         BIGINT NOT NULL,
  setbacks         BIGINT NOT NULL,
  broken           BIGINT NOT NULL,
  standing_member  BIGINT,
  standing_idx     BIGINT,
  next_turn        BIGINT,           -- its latest decision
  next_revision    BIGINT,
  weights_member   BIGINT,           -- that decision's weights
  weights_idx      BIGINT,
  fence            BIGINT NOT NULL,
  worker           TEXT NOT NULL,     -- empty: not leased
  lease_until_ms   BIGINT NOT NULL,
  not_before_ms    BIGINT NOT NULL,
  PRIMARY KEY (experiment, id)
) WITH (fillfactor = 50);
CREATE INDEX members_by_progress ON members (experiment, state, steps_done, id) WHERE setbacks = 0;
CREATE INDEX members_with_setbacks ON members (experiment, state) WHERE setbacks > 0;
CREATE INDEX members_by_weights ON members (experiment, weights_member, weights_idx);

CREATE TABLE turns (
  experiment       BIGINT NOT NULL REFERENCES experiments (id),
  sequence         BIGINT NOT NULL,
  member           BIGINT NOT NULL,
  idx              BIGINT NOT NULL,
  fence            BIGINT NOT NULL,
  worker           TEXT NOT NULL,
  parent_member    BIGINT,
  parent_idx       BIGINT,
  hyperparameters  TEXT NOT NULL,     -- JSON object
  from_step        BIGINT NOT NULL,
  to_step          BIGINT NOT NULL,
  partial          BIGINT NOT NULL,
  score            DOUBLE PRECISION NOT NULL,     -- -Infinity: diverged
  samples          TEXT NOT NULL,     -- JSON array
  metrics          TEXT NOT NULL,     -- JSON object
  checkpoint       TEXT NOT NULL,
  bytes            BIGINT NOT NULL,
  checksum         TEXT NOT NULL,
  started_ms       BIGINT NOT NULL,
  ended_ms         BIGINT NOT NULL,
  UNIQUE (experiment, member, idx),
  UNIQUE (experiment, sequence)
);

CREATE TABLE decisions (
  experiment         BIGINT NOT NULL REFERENCES experiments (id),
  sequence           BIGINT NOT NULL,
  member             BIGINT NOT NULL,
  turn               BIGINT NOT NULL,
  revision           BIGINT NOT NULL,
  fence              BIGINT NOT NULL,  -- of the lease that it came under; 0: none
  kind               BIGINT NOT NULL,  -- 0 start, 1 continue, 2 copy, 3 wait, 4 stop
  weights_member     BIGINT,
  weights_idx        BIGINT,
  donor_member       BIGINT,
  donor_idx          BIGINT,
  imported           TEXT,              -- a checkpoint's name
  imported_bytes     BIGINT,
  imported_checksum  TEXT,
  hyperparameters    TEXT NOT NULL,     -- JSON object
  reason             TEXT NOT NULL,
  snapshot           BIGINT NOT NULL,
  attempt            BIGINT NOT NULL,
  UNIQUE (experiment, member, turn, revision),
  UNIQUE (experiment, sequence)
);

CREATE TABLE failures (
  experiment  BIGINT NOT NULL REFERENCES experiments (id),
  sequence    BIGINT NOT NULL,
  member      BIGINT NOT NULL,
  idx         BIGINT NOT NULL,
  fence       BIGINT NOT NULL,
  worker      TEXT NOT NULL,
  kind        BIGINT NOT NULL,
  message     TEXT NOT NULL,
  log_tail    TEXT NOT NULL,
  step        BIGINT NOT NULL,
  steps_lost  BIGINT NOT NULL,
  broken      BIGINT NOT NULL,        -- the failures had passed the limit
  time_ms     BIGINT NOT NULL,
  UNIQUE (experiment, member, idx, fence),
  UNIQUE (experiment, sequence)
);

-- Which published bytes stand. Rows stay when the bytes go.
CREATE TABLE checkpoints (
  experiment  BIGINT NOT NULL REFERENCES experiments (id),
  name        TEXT COLLATE "C" NOT NULL,
  bytes       BIGINT NOT NULL,
  checksum    TEXT NOT NULL,
  member      BIGINT,                 -- the turn that made it; null: imported
  idx         BIGINT,
  named       BIGINT NOT NULL,        -- 0: imported, and no start has named it yet
  pinned      BIGINT NOT NULL DEFAULT 0,
  removed     BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (experiment, name)
);
CREATE INDEX checkpoints_standing ON checkpoints (experiment, member, idx) WHERE removed = 0;

-- When at least one turn was being trained: disjoint intervals, merged as turns come in.
CREATE TABLE training (
  experiment  BIGINT NOT NULL REFERENCES experiments (id),
  to_ms       BIGINT NOT NULL,
  from_ms     BIGINT NOT NULL,
  PRIMARY KEY (experiment, to_ms)
);

-- Bytes of checkpoints, where the database keeps them too. What has a row in stored_checkpoints is whole.
CREATE TABLE stored_checkpoints (
  experiment  TEXT COLLATE "C" NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (experiment, name)
);
CREATE TABLE stored_chunks (
  experiment  TEXT COLLATE "C" NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  file        TEXT COLLATE "C" NOT NULL,  -- relative, with forward slashes
  nth         BIGINT NOT NULL,            -- from 0; an empty file has one, empty
  bytes       BYTEA NOT NULL,
  PRIMARY KEY (experiment, name, file, nth),
  FOREIGN KEY (experiment, name) REFERENCES stored_checkpoints ON DELETE CASCADE
);
ALTER TABLE stored_chunks ALTER bytes SET STORAGE EXTERNAL;  -- weights do not compress
