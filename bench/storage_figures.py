"""The figures of bench/run about checkpoints elsewhere."""
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path
from typing import Iterator

from figures import Bench, Row

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1 << 20
SIZE, PART, PAIRS = 1024 * MEBIBYTE, 32 * MEBIBYTE, 3


def seconds(command: list, **how) -> float:
    start = time.monotonic()
    subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, check=True, **how)
    return time.monotonic() - start


def write_random(file: Path, size: int) -> None:
    with open("/dev/urandom", "rb") as random, open(file, "wb") as out:
        for _ in range(size // MEBIBYTE):
            out.write(random.read(MEBIBYTE))


class Bare:
    """curl, with a server's address and keys: nothing but the bytes, which it does not hash."""

    def __init__(self, url: str, bucket: str, key: str, secret: str):
        self.url, self.bucket, self.settings = url, bucket, f'user = "{key}:{secret}"'
        self.environment = {**os.environ, "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}

    def curl(self, *requests: list[str]) -> str:
        """Each request is lines of curl's own configuration."""
        every = [self.settings, f'aws-sigv4 = "aws:amz:{os.environ.get("AWS_REGION", "us-east-1")}:s3"',
                 'header = "x-amz-content-sha256: UNSIGNED-PAYLOAD"', "fail"]
        said = "\nnext\n".join("\n".join([*every, *lines]) for lines in requests)  # not in the command, which others can read
        return subprocess.run(["curl", "-sS", "--no-progress-meter", "--parallel", "--parallel-max", "4", "-K", "-"], input=said,
                              stdout=subprocess.PIPE, text=True, check=True).stdout

    def address(self, name: str) -> str:
        return f"{self.url}/{self.bucket}/bench/bare/{name}"

    def move(self, option: str, files: list[Path]) -> float:
        """All of them, as many at once as pbt moves."""
        start = time.monotonic()
        self.curl(*([f'url = "{self.address(file.name)}"', f'{option} = "{file}"'] for file in files))
        return time.monotonic() - start

    def put_parts(self, parts: list[Path]) -> float:
        """As one object: an upload in parts, begun and completed, as many at once as pbt sends."""
        tags = [hashlib.md5(part.read_bytes()).hexdigest() for part in parts]
        whole = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>" for number, tag in enumerate(tags, 1))
        start, url = time.monotonic(), self.address("whole")
        begun = self.curl([f'url = "{url}?uploads="', 'request = "POST"'])
        upload = begun.split("<UploadId>")[1].split("<")[0]
        self.curl(*([f'url = "{url}?partNumber={number}&uploadId={upload}"', f'upload-file = "{part}"']
                    for number, part in enumerate(parts, 1)))
        self.curl([f'url = "{url}?uploadId={upload}"', f'data = "<CompleteMultipartUpload>{whole}</CompleteMultipartUpload>"'])
        return time.monotonic() - start

    def get_ranges(self, folder: Path, size: int) -> float:
        """Of that object, as many at once as pbt asks for; each into a file of its own."""
        start = time.monotonic()
        self.curl(*([f'url = "{self.address("whole")}"', f'range = "{at}-{at + PART - 1}"', f'output = "{folder}/{at}"']
                    for at in range(0, size, PART)))
        return time.monotonic() - start


def cut(file: Path, folder: Path) -> list[Path]:
    """Into files of the size of pbt's parts."""
    folder.mkdir()
    subprocess.run(["split", "--bytes", str(PART), "--numeric-suffixes", "--suffix-length", "3", file, folder / "part"], check=True)
    return sorted(folder.iterdir())


def pairs(bench: Bench, bare: Bare, files: int) -> Iterator[Row]:
    """One checkpoint of so many files there and back, turn about with curl."""
    folder = bench.folder()
    source, ours, theirs = (folder / name for name in ("from", "ours", "theirs"))
    source.mkdir()
    for file in range(files):
        write_random(source / f"shard{file}", SIZE // files)
    parts = cut(source / "shard0", folder / "parts") if files == 1 else []
    program, url = bench.program("object_storage"), f"s3://{bare.bucket}/bench"
    took = {"put": [], "get": []} | ({"put, against parts too,": [], "get, against ranges too,": []} if parts else {})
    for turn in range(1, PAIRS + 1):
        for place in (ours, theirs):
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
        names = sorted(file.name for file in source.iterdir())
        plain = bare.move("upload-file", [source / name for name in names])
        own = seconds([*program, "put", url, f"m0.t{turn}.f1", source], env=bare.environment)
        took["put"].append((plain, own))
        if parts:
            took["put, against parts too,"].append((bare.put_parts(parts), own))
        plain = bare.move("output", [theirs / name for name in names])
        own = seconds([*program, "get", url, f"m0.t{turn}.f1", ours], env=bare.environment)
        took["get"].append((plain, own))
        if parts:
            ranges = bench.folder()
            took["get, against ranges too,"].append((bare.get_ranges(ranges, SIZE), own))
            shutil.rmtree(ranges)
    for copy in (ours, theirs):
        subprocess.run(["diff", "-r", source, copy], check=True)
    shape = f"{SIZE // MEBIBYTE} MiB in {files} files" if files > 1 else f"{SIZE // MEBIBYTE} MiB in one file"
    for what, times in took.items():
        ratio = statistics.median(plain / own for plain, own in times)
        plain, own = map(statistics.median, zip(*times))
        yield Row(f"S3, {what} of {shape}: speed / that of curl, median of {PAIRS} pairs", ">= 0.8",
                  f"{ratio:.2f} (pbt {own:.2f} s, curl {plain:.2f} s)", ratio >= 0.8)


def s3(bench: Bench) -> Iterator[Row]:
    """To the tests' own server; or to the one at PBT_S3_URL, with a bucket PBT_S3_BUCKET and AWS's variables, and then in one file
    too: the tests' server reads a whole object for each part of it, and copies it once more when an upload completes."""
    if url := os.environ.get("PBT_S3_URL"):
        bare = Bare(url, os.environ["PBT_S3_BUCKET"], os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
        for files in (16, 1):
            yield from pairs(bench, bare, files)
        return
    python = ROOT / "build" / "python" / "bin" / "python"
    if not python.exists():
        yield Row("S3", "", "not measured: scripts/python-environment --tests makes what its server needs")
        return
    with subprocess.Popen([python, ROOT / "tests" / "s3" / "s3_server.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as server:
        said = json.loads(server.stdout.readline())
        key, secret, _ = said["keys"]["allowed"]
        yield from pairs(bench, Bare(said["url"], said["bucket"], key, secret), files=16)
        server.stdin.close()


ALL = {"s3": s3}
