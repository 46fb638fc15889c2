"""The same experiment file and commands, with the record in PostgreSQL."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "postgres"))
from server import Server, free_port, passable_folder  # noqa: E402  (stands in the folder just added)


@pytest.fixture(scope="module")
def open_folder():
    with passable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def server(open_folder):
    with Server(open_folder / "postgres") as running:
        yield running


@pytest.fixture
def store(server, house):
    """A database of the test's own, in the environment as users have it."""
    name = "test_" + house.folder.name.replace("-", "_").lower()[-40:]
    subprocess.run(["psql", "-q", server.url, "-c", f"CREATE DATABASE {name}"], check=True)
    house.environment["PBT_STORE"] = f"postgresql://pbt:secret@{server.host}/{name}"
    return house.environment["PBT_STORE"]


def test_trains_shows_resumes_and_examines(store, house):
    house.pbt("run", "experiment.toml")
    status = json.loads(house.pbt("status", "--json").stdout)
    assert (status["state"], status["turns"]) == ("done", 20)
    house.edit({"steps = 50": "steps = 70"})
    house.pbt("run", "experiment.toml")
    assert json.loads(house.pbt("status", "--json").stdout)["turns"] == 28
    assert "healthy" in house.pbt("doctor", "toy").stdout
    assert "secret" not in house.pbt("best").stdout


def test_workers_anywhere_find_the_record_and_the_bytes(store, house, tmp_path_factory):
    house.pbt("run", "experiment.toml")
    house.edit({"steps = 50": "steps = 100"})
    first = house.start("run", "experiment.toml", "-j", "1")
    house.wait_until(lambda: house.json("status", "toy")["steps_planned"] == 400, first)
    house.folder, elsewhere = tmp_path_factory.mktemp("elsewhere"), house.folder
    house.pbt("worker", store.replace(":secret", ""), "toy", expect=1)  # no password given
    house.environment["PGPASSWORD"] = "secret"
    house.pbt("worker", store.replace(":secret", ""), "toy")
    house.folder = elsewhere
    assert first.wait() == 0
    assert json.loads(house.pbt("status", "--json").stdout)["turns"] == 40


def certificate(folder, name):
    """One that vouches for itself, and its key, which the server's user reads."""
    files = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    if os.geteuid() == 0:
        shutil.chown(files[1], "postgres")
    return files


def test_the_connection_is_encrypted_where_the_address_asks(house, open_folder):
    (ours, key), (another, _) = certificate(open_folder, "ours"), certificate(open_folder, "another")
    with Server(open_folder / "encrypted", "ssl = on", f"ssl_cert_file = '{ours}'", f"ssl_key_file = '{key}'") as server:
        subprocess.run(["psql", "-q", server.url, "-c", "CREATE ROLE ann LOGIN PASSWORD 'secret'; GRANT CREATE ON DATABASE postgres TO ann"], check=True)
        hba = server.folder / "data" / "pg_hba.conf"
        hba.write_text(hba.read_text().replace("\nhost ", "\nhostssl "))
        server.tell("restart")
        address = f"postgresql://ann:secret@{server.host}/postgres?sslmode="
        house.environment["PBT_STORE"] = f"{address}verify-full&sslrootcert={ours}"
        house.pbt("run", "experiment.toml")
        for wrong in (f"verify-full&sslrootcert={another}", "disable"):
            house.environment["PBT_STORE"] = address + wrong
            said = house.pbt("status", "toy", expect=1).stderr
            assert "no secure connection" in said or "refused this user" in said
            assert "secret" not in said


@pytest.mark.skipif(not os.path.exists("/usr/sbin/pgbouncer"), reason="PgBouncer is not installed")
@pytest.mark.parametrize("mode, sessions", [("session", 20), ("transaction", 3)])
def test_a_pooler_may_stand_in_between(server, house, open_folder, mode, sessions):
    """Statements that several clients keep prepared meet in the same sessions of the server."""
    port, folder = free_port(), open_folder / mode
    folder.mkdir()
    (folder / "users").write_text('"pbt" "secret"\n')
    (folder / "pooler.ini").write_text(f"""
[databases]
postgres = host=127.0.0.1 port={server.port} user=pbt password=secret
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {sessions}
""")

    def is_there():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True

    as_nobody = ["setpriv", "--reuid", "nobody", "--clear-groups"] if os.geteuid() == 0 else []
    with subprocess.Popen([*as_nobody, "/usr/sbin/pgbouncer", "-q", str(folder / "pooler.ini")], stderr=subprocess.DEVNULL) as pooler:
        house.wait_until(is_there, pooler)
        house.environment["PBT_STORE"] = f"postgresql://pbt:secret@127.0.0.1:{port}/postgres"
        house.edit({'"toy"': f'"{mode}"', "steps = 50": "steps = 200", "[workers]": '[checkpoints]\nstorage = "database"\n[workers]'})
        first = house.start("run", "experiment.toml")
        others = []
        for line in first.stdout:
            if not others and line.startswith("m"):
                house.environment["PGPASSWORD"] = "secret"
                others = [house.start("worker", house.environment["PBT_STORE"].replace(":secret", ""), mode, "-j", "2") for _ in range(2)]
        for worker in (first, *others):
            worker.communicate(timeout=100)
            assert worker.returncode == 0
        assert len(json.loads(house.pbt("status", mode, "--json").stdout)["members"]) == 4
        assert "healthy" in house.pbt("doctor", mode).stdout
        assert "ok       store" in house.pbt("doctor", house.environment["PBT_STORE"].replace(":secret", "")).stdout
        pooler.terminate()


def test_the_database_keeps_the_bytes_too(store, house):
    house.edit({"[workers]": '[checkpoints]\nstorage = "database"\n[workers]'})
    house.pbt("run", "experiment.toml")
    assert not (house.folder / "runs" / "toy" / "checkpoints").exists()
    best = json.loads(house.pbt("best", "--json").stdout)
    assert "secret" not in best["checkpoint"]
    house.pbt("best", "--copy", "best")
    assert float((house.folder / "best" / "theta").read_text()) == pytest.approx(best["score"])
    assert "healthy" in house.pbt("doctor", "toy").stdout


def test_a_folder_that_is_not_shared_is_found_out(store, house, tmp_path):
    house.pbt("run", "experiment.toml")
    house.environment["PBT_CHECKPOINTS"] = str(tmp_path)
    house.environment["PGPASSWORD"] = "secret"
    said = house.pbt("worker", store.replace(":secret", ""), "toy", expect=1).stderr
    assert "not the folder that holds the checkpoints" in said and "PBT_CHECKPOINTS" in said


@pytest.mark.parametrize("url, status, says", [
    ("postgresql://pbt@HOST/nowhere", 1, "no such database"),
    ("postgresql://nobody@HOST/postgres", 1, "refused this user or password"),
    ("postgresql://pbt@127.0.0.1:1/postgres", 1, "cannot be reached"),
    ("postgresql://pbt@host.invalid/postgres", 1, "no host of this name"),
    ("postgresql://pbt:secret@HOST/postgres", 2, "the password stands on the command line"),
    ("postgresql://[", 2, "expected postgresql://USER@HOST:PORT/DATABASE"),
    ("mysql://pbt:secret@host/db", 2, "expected sqlite:PATH"),
])
def test_what_cannot_be_a_store_is_said_with_what_to_do(server, house, url, status, says):
    house.environment["PGPASSWORD"] = "secret"
    said = house.pbt("status", "--store", url.replace("HOST", server.host), expect=status).stderr
    assert says in said
    assert "secret" not in said


def test_a_wrong_password_is_never_repeated(server, house):
    house.environment["PBT_STORE"] = f"postgresql://pbt:wrong-secret@{server.host}/postgres"
    said = house.pbt("status", expect=1).stderr
    assert "PGPASSWORD" in said and "wrong-secret" not in said


def test_a_user_without_rights_is_told_which(store, house):
    subprocess.run(["psql", "-q", store, "-c", "CREATE ROLE guest LOGIN PASSWORD 'secret'"], check=True)
    house.environment["PBT_STORE"] = store.replace("pbt:secret", "guest:secret")
    assert "GRANT CREATE" in house.pbt("run", "experiment.toml", expect=1).stderr
    subprocess.run(["psql", "-q", store, "-c", "DROP ROLE guest"], check=True)


def test_a_record_of_a_newer_pbt_is_left_alone(store, house):
    house.pbt("run", "experiment.toml")
    subprocess.run(["psql", "-q", store, "-c", "UPDATE pbt.schema_version SET version = 99"], check=True)
    for command in (("status",), ("run", "experiment.toml")):
        assert "written by a newer pbt" in house.pbt(*command, expect=1).stderr


def test_the_doctor_looks_at_the_database(store, house):
    alone = json.loads(house.pbt("doctor", "--json").stdout)
    assert alone["healthy"]
    house.environment.update(PGPASSWORD="secret", PBT_STORE="")
    house.pbt("run", "experiment.toml", "--store", store.replace(":secret", ""))
    checks = json.loads(house.pbt("doctor", store.replace(":secret", ""), "--json").stdout)["checks"]
    assert [check["name"] for check in checks] == ["server", "store", "rights", "clock", "latency", "connections", "flushing"]
    assert {check["name"] for check in checks} < {check["name"] for check in alone["checks"]}
    assert "toy" in checks[1]["text"]


@pytest.fixture
def small_disk(open_folder):
    """A disk of 90 MB; only root can make one."""
    folder = open_folder / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=90M", "tmpfs", folder], capture_output=True, check=False).returncode != 0:
        pytest.skip("this user may mount nothing")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_of_the_server_costs_no_turn_that_was_acknowledged(house, small_disk):
    with Server(small_disk / "postgres", "wal_level = minimal", "max_wal_senders = 0", "max_wal_size = '32MB'") as server:
        house.environment.update(PBT_STORE=f"postgresql://pbt@{server.host}/postgres", PGPASSWORD="secret")
        house.edit({"steps = 50": "steps = 100_000"})
        run = house.start("run", "experiment.toml", "--json")
        said = [json.loads(run.stdout.readline()) for _ in range(10)]
        filler = small_disk / "filler"
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
                    file.flush()
            except OSError:
                pass
        rest, errors = run.communicate(timeout=400)
        assert run.returncode == 1 and "disk" in errors
        filler.unlink()
        server.tell("restart")
        said += [json.loads(line) for line in rest.splitlines()]
        names = [{(turn["member"], turn["turn"], turn["checkpoint_name"]) for turn in turns if "checkpoint_name" in turn}
                 for turns in (said, house.turns("toy"))]
        assert len(names[0]) >= 10 and names[0] <= names[1]
        house.pbt("stop", "toy")
        assert "healthy" in house.pbt("doctor", "toy").stdout
