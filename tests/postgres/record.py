"""An experiment whose record is in PostgreSQL, for the harness of tests/crash: the same history checker looks at it."""

import contextlib
import os
import pathlib
import sys

import psycopg2
import psycopg2.extras

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
import experiment as crash  # noqa: E402  (stands in the folder just added)
import processes  # noqa: E402, F401  (for those who import this)
from history import Ledger  # noqa: E402, F401  (for those who import this)


class Record:
    """One state of the record, with sqlite3's shorthand for a query."""

    def __init__(self, connection):
        self.connection = connection

    def execute(self, sql):
        cursor = self.connection.cursor(cursor_factory=psycopg2.extras.DictCursor)
        cursor.execute(sql)
        return cursor


class Experiment(crash.Experiment):
    def __init__(self, url, *arguments, **settings):
        self.url = self.reading_url = url
        super().__init__(*arguments, **settings)

    def environment(self):
        return super().environment() | {"PBT_STORE": self.url}

    def worker(self, threads=1, **options):
        return self.spawn("worker", self.url, crash.NAME, "-j", str(threads), **options)

    @contextlib.contextmanager
    def reading(self, wait_s=10):
        del wait_s  # nobody who writes keeps readers out
        with contextlib.closing(psycopg2.connect(self.reading_url, options="-c search_path=pbt")) as connection:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            record = Record(connection)
            there = record.execute("SELECT to_regclass('pbt.experiments')").fetchone()[0]
            yield record if there and record.execute("SELECT count(*) FROM experiments").fetchone()[0] else None
