"""The .deb and the tar.gz, unpacked and used."""

import os
import pathlib
import re
import shutil
import subprocess
import tarfile

import pytest
from conftest import ROOT, package, train, write_experiment


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def subcommands(program):
    listed = re.search(r"^Subcommands:\n(.*?)^\S", run(program, "--help"), re.MULTILINE | re.DOTALL)
    return re.findall(r"^  (\w+)", listed[1], re.MULTILINE)


def unpacked_deb(pattern, folder):
    if not shutil.which("dpkg-deb"):
        pytest.skip("no dpkg-deb")
    run("dpkg-deb", "-x", package(pattern), folder)
    return folder / "usr"


@pytest.fixture
def tree(tmp_path):
    """The tar.gz, unpacked."""
    with tarfile.open(package("pbt-*.tar.gz")) as tar:
        tar.extractall(tmp_path)
    return next(tmp_path.iterdir())


def test_the_deb_has_a_program_that_trains(bare, tmp_path):
    train([unpacked_deb("pbt_*.deb", tmp_path) / "bin" / "pbt"], tmp_path)


def test_the_deb_names_what_it_needs(bare):
    if not shutil.which("dpkg-deb"):
        pytest.skip("no dpkg-deb")
    needs = run("dpkg-deb", "-f", package("pbt_*.deb"), "Depends")
    assert all(re.search(rf"\b{name}\b", needs) for name in ("libc6", "libstdc\\+\\+6", "libsqlite3-0", "libpq5", "libcurl4")), needs


def test_each_command_has_a_manual_page_without_faults(bare, tmp_path):
    prefix = unpacked_deb("pbt_*.deb", tmp_path)
    run("gzip", "-d", "-r", prefix / "share" / "man")
    pages = {page.name: page for page in (prefix / "share" / "man" / "man1").iterdir()}
    assert set(pages) >= {"pbt.1", "pbt-export-mlflow.1", *(f"pbt-{name}.1" for name in subcommands(prefix / "bin" / "pbt"))}
    assert "\\fB\\-j\\fP, \\fB\\-\\-workers\\fP \\fICOUNT\\fP" in pages["pbt-run.1"].read_text()
    if shutil.which("mandoc"):
        run("mandoc", "-T", "lint", "-W", "warning", *pages.values())


def test_the_deb_has_completions_documents_and_licences(bare, tmp_path):
    share = unpacked_deb("pbt_*.deb", tmp_path) / "share"
    for installed, source in [("bash-completion/completions/pbt", "pbt.bash"), ("zsh/vendor-completions/_pbt", "_pbt"),
                              ("fish/vendor_completions.d/pbt.fish", "pbt.fish")]:
        assert (share / installed).read_text() == (ROOT / "packaging" / "completions" / source).read_text()
    assert (share / "doc" / "pbt" / "docs" / "guides" / "install.md").exists()
    assert "Apache License" in (share / "doc" / "pbt" / "LICENSE").read_text()
    licences = (share / "doc" / "pbt" / "copyright").read_text()
    assert "==== libpq5 ====" in licences and "==== libcli11-dev ====" in licences  # what is loaded, and what is compiled in


def test_the_dev_package_has_what_find_package_needs(bare, tmp_path):
    prefix = unpacked_deb("pbt-dev_*.deb", tmp_path)
    assert (prefix / "include" / "pbt" / "worker.h").exists()
    assert list(prefix.glob("lib/**/libpbt_worker.a")) and list(prefix.glob("lib/**/cmake/pbt/pbtConfig.cmake"))
    assert not (prefix / "bin").exists()


def libraries_of(program):
    return {pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", run("ldd", program))}


def test_the_tar_brings_all_but_the_c_and_cpp_libraries(bare, tree):
    system = {path.name for path in libraries_of(tree / "bin" / "pbt") if tree not in path.resolve().parents}
    assert all(re.match(r"(ld-linux\S*|lib(c|m|resolv|stdc\+\+|gcc_s))\.so", name) for name in system), system
    train([tree / "bin" / "pbt"], tree)


def test_the_tar_runs_where_nothing_else_is_installed(bare, tree):
    """In a root that has those libraries, a shell for the trainer, and nothing else."""
    root = tree.parent / "root"
    needed = {path for program in (tree / "bin" / "pbt", pathlib.Path("/bin/sh")) for path in libraries_of(program)}
    for file in [path for path in needed if tree not in path.resolve().parents] + [pathlib.Path("/bin/sh")]:
        place = root / file.relative_to("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
    for folder in ("proc", "dev", "tmp"):
        (root / folder).mkdir()
    shutil.move(tree, root / "pbt")
    write_experiment(root / "tmp")
    enter = f'mount --rbind /proc "{root}/proc" && mount --rbind /dev "{root}/dev" && exec /usr/sbin/chroot "{root}" /bin/sh -c "$0"'
    if subprocess.run(["unshare", "-rm", "sh", "-c", enter, ":"], capture_output=True).returncode != 0:
        pytest.skip("this user may make no namespaces")
    seen = run("unshare", "-rm", "sh", "-c", enter, "cd /tmp && /pbt/bin/pbt run experiment.toml >&2 && /pbt/bin/pbt best --json",
               env={"HOME": "/tmp", "PATH": "/usr/bin:/bin"})
    assert '"score"' in seen
    assert not os.path.exists(root / "usr" / "lib" / "x86_64-linux-gnu" / "libpq.so.5")
