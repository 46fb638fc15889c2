#!/usr/bin/env python3
"""Storms with harm done on purpose: each kind of harm is found, and called by its name.

    tests/crash/test_bites.py PBT FAULTY_TRAINER [unittest's arguments]
"""

import pathlib
import shutil
import subprocess
import sys
import unittest

STORM = pathlib.Path(__file__).with_name("storm.py")
PROGRAMS = sys.argv[1:3]
TURNS, BLOWS = 200, 4000  # more than any harm needs: on a busy machine few blows meet a turn, and fewer a lease that is lost


class Bites(unittest.TestCase):
    def expect(self, sabotage, *words):
        done = subprocess.run([sys.executable, STORM, "--pbt", PROGRAMS[0], "--trainer", PROGRAMS[1], "--kills", "1", "--turns", str(TURNS),
                               "--blows", str(BLOWS), "--sabotage", sabotage], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        for folder in pathlib.Path("/tmp").glob("pbt-storm-*"):
            if str(folder) in done.stderr:
                shutil.rmtree(folder)

    def test_a_database_restored_to_an_older_state(self):
        self.expect("older_record", "was acknowledged and is not in the record", "was in the record and is gone")

    def test_a_turn_deleted(self):
        self.expect("deleted_turn", "was acknowledged and is not in the record", "are not numbered from 1", "counts")

    def test_a_turn_recorded_twice(self):
        self.expect("doubled_turn", ".t1 is in the record twice", "are not numbered from 1")

    def test_a_turn_changed(self):
        self.expect("changed_turn", "was acknowledged,", "and is now")

    def test_a_turn_whose_parent_is_not_there(self):
        self.expect("lost_parent", "was not committed before it")

    def test_fences_lowered(self):
        self.expect("lowered_fence", "stands at fence 0")

    def test_a_byte_of_a_checkpoint_flipped(self):
        self.expect("flipped_byte", "the doctor found", "holds other bytes than were recorded")

    def test_a_byte_of_a_checkpoint_lost(self):
        self.expect("lost_bytes", "bytes on the disk and")

    def test_a_turn_acknowledged_twice(self):
        self.expect("doubled_acknowledgement", "was acknowledged twice")

    def test_a_turn_acknowledged_and_never_recorded(self):
        self.expect("false_acknowledgement", ".t1000 was acknowledged and is not in the record")

    def test_a_commit_under_a_lost_lease(self):
        self.expect("late_commit", "after the sabotage", "under")

    def test_a_lease_that_never_runs_out(self):
        self.expect("endless_lease", "nobody had taken over")

    def test_a_process_left_over(self):
        self.expect("left_over_process", "processes are left over", "'child'")

    def test_a_staging_folder_left_over(self):
        self.expect("left_over_staging", "staging folders are left over: ['forgotten']")

    def test_bytes_left_over(self):
        self.expect("left_over_bytes", "bytes are left over", "'forgotten'")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
