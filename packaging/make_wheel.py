"""The wheel of the Python client that carries the program: make_wheel.py TAR_GZ FOLDER.

It is the client's plain wheel, made by pip, with the files of the portable tar.gz added where pip installs them beside the interpreter:
bin/pbt, and lib/pbt, where that program looks for its libraries.
"""

import base64
import hashlib
import importlib.util
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile

CLIENT = pathlib.Path(__file__).resolve().parents[1] / "python"


def plain_wheel(work):
    """Made from a copy: the build leaves folders behind in its source."""
    copy = work / "python"
    shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("build", "tests", "*.egg-info", "__pycache__", ".*"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", work, copy]
    # Without the network where what it is built with is installed.
    if all(importlib.util.find_spec(name) for name in ("setuptools", "wheel")):
        command.append("--no-build-isolation")
    subprocess.run(command, check=True)
    return next(work.glob("*.whl"))


def unpacked(archive, work):
    with tarfile.open(archive) as tar:
        tar.extractall(work / "tree")
    return next((work / "tree").iterdir())


def carried(tree):
    """Path in the wheel's data folder -> file."""
    yield "scripts/pbt", tree / "bin" / "pbt"
    libraries = sorted((tree / "lib" / "pbt").iterdir())
    # A wheel has no links: each library goes in once, by the name that programs load it by.
    behind_links = {library.resolve() for library in libraries if library.is_symlink()}
    for library in libraries:
        if library.is_symlink() or library not in behind_links:
            yield f"data/lib/pbt/{library.name}", library
    for file in sorted((tree / "share").rglob("*")):
        inside = file.relative_to(tree).as_posix()
        if file.is_file() and not re.match(r"share/doc/pbt/(docs|examples|README|CHANGELOG)", inside):
            yield f"data/{inside}", file


# The C++ library's newest symbols, GLIBCXX_3.4.N, that systems with this C library, glibc 2.M, have at least: (N, M), as auditwheel knows
# them. Wheels leave both libraries to the system.
CPP_LIBRARIES = [(22, 24), (24, 28), (28, 31), (29, 34), (30, 35), (33, 39)]


def platform(tree):
    """Honest about the C and C++ libraries: the newest symbols that anything in it asks for."""
    files = [file for file in tree.rglob("*") if file.is_file() and file.read_bytes()[:4] == b"\x7fELF"]
    symbols = subprocess.run(["objdump", "-T", *files], capture_output=True, text=True, check=True).stdout
    c_needs = max(int(minor) for minor in re.findall(r"\bGLIBC_2\.(\d+)", symbols))
    cpp_needs = max(int(patch) for patch in re.findall(r"\bGLIBCXX_3\.4\.(\d+)", symbols))
    minor = next((glibc for newest, glibc in CPP_LIBRARIES if newest >= cpp_needs), None)
    if minor is None:
        raise SystemExit(f"make_wheel.py: GLIBCXX_3.4.{cpp_needs} is newer than CPP_LIBRARIES knows: add what auditwheel says of it")
    return f"manylinux_2_{max(c_needs, minor)}_{os.uname().machine}"


def digest(content):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def write_wheel(path, plain, tree, tag):
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        info = next(name.split("/")[0] for name in source.namelist() if name.endswith(".dist-info/WHEEL"))
        data = info.replace(".dist-info", ".data")
        contents = {name: source.read(name) for name in source.namelist() if name != f"{info}/RECORD"}
        about = contents[f"{info}/WHEEL"].decode().replace("Root-Is-Purelib: true", "Root-Is-Purelib: false")
        contents[f"{info}/WHEEL"] = re.sub(r"(?m)^Tag: .*$", f"Tag: {tag}", about).encode()
        contents.update({f"{data}/{name}": file.read_bytes() for name, file in carried(tree)})
        record = "".join(f"{name},{digest(content)},{len(content)}\n" for name, content in contents.items()) + f"{info}/RECORD,,\n"
        for name, content in {**contents, f"{info}/RECORD": record.encode()}.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | (0o755 if "/scripts/" in name else 0o644)) << 16
            wheel.writestr(entry, content, zipfile.ZIP_DEFLATED)


def main(archive, folder):
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        plain = plain_wheel(work)
        tree = unpacked(archive, work)
        tag = f"py3-none-{platform(tree)}"
        write_wheel(pathlib.Path(folder) / plain.name.replace("py3-none-any", tag), plain, tree, tag)


if __name__ == "__main__":
    main(*sys.argv[1:])
