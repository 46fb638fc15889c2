"""`--store auto`: a PostgreSQL of the user's own, kept alive by whoever uses it, in the elements of a real Slurm."""

import os
import pathlib
import signal
import subprocess
import sys

import pytest
from conftest import ROOT, Laboratory

sys.path.append(str(ROOT / "tests" / "postgres"))
from server import passable_folder  # noqa: E402

# PostgreSQL refuses to run as root, as which these tests run: initdb's folder and password file go to the user that it runs as.
AS_POSTGRES = "exec setpriv --reuid postgres --regid postgres --clear-groups env HOME=/tmp"
PROGRAMS = {
    "initdb": '#!/bin/sh\nchown postgres "$(dirname "$2")" "$6"\n' + AS_POSTGRES + ' {bin}/initdb "$@"\n',
    "postgres": "#!/bin/sh\n" + AS_POSTGRES + ' {bin}/postgres "$@"\n',
}
SERVERS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def laboratory(cluster):
    if not SERVERS:
        pytest.skip("PostgreSQL's server is not installed: apt-get install postgresql")
    with passable_folder() as folder:
        laboratory = Laboratory(folder, cluster)
        (folder / "bin").mkdir()
        for name, script in PROGRAMS.items():
            (folder / "bin" / name).write_text(script.format(bin=SERVERS[-1]))
            (folder / "bin" / name).chmod(0o755)
        laboratory.environment.update(PATH=f"{folder}/bin:{os.environ['PATH']}", PBT_STORE="auto")
        yield laboratory
        if hasattr(laboratory, "job"):
            laboratory.cluster.run("scancel", laboratory.job["job"])
            laboratory.wait_for(lambda: not laboratory.elements(), "the queue")
        laboratory.wait_for(lambda: not servers(laboratory), "the end of the server")


def parent_of(process):
    try:
        return int(pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except FileNotFoundError:  # it has ended
        return 0


def servers(laboratory):
    """Without what they have just forked, which is called like them for a moment."""
    found = subprocess.run(["pgrep", "-f", f"^{SERVERS[-1]}/postgres -D {laboratory.folder}/"], capture_output=True, text=True)
    processes = [int(pid) for pid in found.stdout.split()]
    return [process for process in processes if parent_of(process) not in [0, *processes]]


def user_of(server):
    """The `pbt worker` beside which the server runs; 0: none."""
    process = server
    while process > 1:
        if b"\0worker\0" in pathlib.Path(f"/proc/{process}/cmdline").read_bytes():
            return process
        process = parent_of(process)
    return 0


def server_of_a_worker(laboratory):
    """Its process, and that of the worker: whoever submitted the job had it before."""
    found = []

    def runs_beside_a_worker():
        found[:] = [(server, user_of(server)) for server in servers(laboratory)]
        return len(found) == 1 and found[0][1]

    laboratory.wait_for(runs_beside_a_worker, "the server")
    return found[0]


def test_a_site_without_a_database_has_one_while_somebody_uses_it(laboratory):
    laboratory.submit("--workers", "3")
    laboratory.wait_until_trained()
    assert not servers(laboratory)
    password = laboratory.folder / "runs" / "postgres" / "password"
    assert password.stat().st_mode & 0o777 == 0o600
    secret = password.read_text().strip().rsplit(":", 1)[1]
    assert secret not in (laboratory.folder / "runs" / "toy" / "slurm.sh").read_text()
    assert "export PBT_STORE=auto" in (laboratory.folder / "runs" / "toy" / "slurm.sh").read_text()


def test_the_server_moves_on_when_its_worker_leaves(laboratory):
    laboratory.be_slow()
    laboratory.submit("--workers", "2")
    laboratory.wait_until_training()
    first, worker = server_of_a_worker(laboratory)
    os.kill(worker, signal.SIGTERM)
    laboratory.wait_for(lambda: len(servers(laboratory)) == 1 and servers(laboratory) != [first], "the next server")
    laboratory.be_quick()
    laboratory.wait_until_trained()


@pytest.mark.long
def test_the_server_moves_on_when_its_worker_is_killed(laboratory):
    laboratory.edit({"[workers]": "[workers]\nlease = '10s'"})
    laboratory.be_slow()
    laboratory.submit("--workers", "2")
    laboratory.wait_until_training()
    first, worker = server_of_a_worker(laboratory)
    os.kill(worker, signal.SIGKILL)
    laboratory.wait_for(lambda: first not in servers(laboratory), "the server's end", 10)
    laboratory.wait_for(lambda: servers(laboratory), "the next server", 60)
    laboratory.be_quick()
    laboratory.wait_until_trained(120)


def test_a_machine_without_postgresql_says_what_to_install(tmp_path, cluster):
    if SERVERS:
        pytest.skip("PostgreSQL is installed")
    failed = Laboratory(tmp_path, cluster).pbt("status", "--store", "auto", expect=1).stderr
    assert "load the module of PostgreSQL, or install it" in failed
