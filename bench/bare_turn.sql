-- For pgbench: the transactions of one turn, of the same rows and sizes, by the shortest way. Variables: experiment, members.
\set member random(0, :members - 1)
BEGIN;
SELECT id, fence FROM pbt.members WHERE experiment = :experiment AND id = :member FOR UPDATE SKIP LOCKED;
UPDATE pbt.members SET fence = fence + 1, worker = 'bare', lease_until_ms = 1 WHERE experiment = :experiment AND id = :member;
COMMIT;
BEGIN READ ONLY;
SELECT * FROM pbt.members WHERE experiment = :experiment ORDER BY id;
COMMIT;
BEGIN;
SELECT sequence + 1 AS sequence FROM pbt.progress WHERE experiment = :experiment FOR UPDATE \gset
SELECT turns + 1 AS idx FROM pbt.members WHERE experiment = :experiment AND id = :member FOR UPDATE \gset
INSERT INTO pbt.turns VALUES (:experiment, :sequence, :member, :idx, :idx, 'bare', :member, :idx, '{"activation":"tanh","discount":0.98765432101,"entropy":0.0123456789,"learning_rate":0.00031415926535,"unroll":20}', 0, 1000, 0, 0.5, '[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0]', '{"entropy":0.5,"episode_return":0.5,"loss":0.5}', 'm' || :member || '.t' || :idx, 65536, '00112233445566778899aabbccddeeff', 1, 2);
INSERT INTO pbt.decisions VALUES (:experiment, :sequence + 1, :member, :idx, 0, :idx, 1, :member, :idx, NULL, NULL, NULL, NULL, NULL, '{"activation":"tanh","discount":0.98765432101,"entropy":0.0123456789,"learning_rate":0.00031415926535,"unroll":20}', 'truncation: 7th of 16, keeps its own', :sequence, 0);
INSERT INTO pbt.checkpoints VALUES (:experiment, 'm' || :member || '.t' || :idx, 65536, '00112233445566778899aabbccddeeff', :member, :idx, 1);
UPDATE pbt.members SET turns = :idx, steps_done = steps_done + 1000, standing_member = :member, standing_idx = :idx, next_turn = :idx, next_revision = 0, weights_member = :member, weights_idx = :idx, worker = '', lease_until_ms = 0 WHERE experiment = :experiment AND id = :member;
UPDATE pbt.progress SET sequence = :sequence + 1, best_member = :member, best_idx = :idx WHERE experiment = :experiment;
COMMIT;
