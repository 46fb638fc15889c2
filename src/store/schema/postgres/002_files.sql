-- How many files a checkpoint has, for a quota of files. 0: not counted, as in records from before.
ALTER TABLE turns ADD COLUMN files BIGINT NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN imported_files BIGINT;
ALTER TABLE checkpoints ADD COLUMN files BIGINT NOT NULL DEFAULT 0;
