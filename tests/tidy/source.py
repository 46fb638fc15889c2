"""A source tree as the rules see it: files, code without comments and texts, comments, functions."""

import ast
import dataclasses
import functools
import json
import os
import pathlib
import re
import subprocess

NO_TEST = "exploit_t_test.cc"  # a strategy: Welch's t-test
SKIPPED_FOLDERS = {"runs", "data", "install", "shared", "node_modules"}
# A comment, a raw text, a text, a character; a ' between digits only separates them.
TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'""", re.DOTALL)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


@dataclasses.dataclass(frozen=True)
class Function:
    """`first` and `last` are lines, from 1, the signature included."""

    name: str
    first: int
    last: int

    @property
    def lines(self):
        return self.last - self.first + 1


@dataclasses.dataclass(frozen=True)
class Source:
    path: str  # from the root, with "/"
    text: str

    @property
    def is_test(self):
        """Tests and what stands beside the code for tests alone."""
        name = self.path.rsplit("/", 1)[-1]
        return name != NO_TEST and (
            self.path.startswith("tests/") or name.endswith(("_test.cc", "_fixture.h", "_test.h")) or name.startswith("test_"))

    @property
    def is_cpp(self):
        return self.path.endswith((".cc", ".h"))

    @functools.cached_property
    def code(self):
        """The text with comments and the insides of texts blanked; lines and columns stay."""

        def cut(match):
            token = match[0]
            return blank(token) if token.startswith("/") else token[0] + blank(token[1:-1]) + token[-1]

        return TOKEN.sub(cut, self.text)

    @functools.cached_property
    def comments(self):
        """(line, text) of every comment, also Python's and those of shell and CMake."""
        if self.is_cpp:
            found = [match for match in TOKEN.finditer(self.text) if match[0].startswith("/")]
        else:
            found = list(re.finditer(r"(?:^|\s)#[^\n]*", self.text))
        return [(self.line_of(match.start()), match[0].strip()) for match in found]

    def line_of(self, position):
        return self.text.count("\n", 0, position) + 1

    @functools.cached_property
    def includes(self):
        """(line, name) of what is included in quotes."""
        return [(self.line_of(m.start()), m[1]) for m in re.finditer(r'^#include "([^"]+)"', self.text, re.MULTILINE)]

    @functools.cached_property
    def functions(self):
        return python_functions(self.text) if self.path.endswith(".py") else cpp_functions(self.code)

    def find(self, pattern):
        """(line, match) of each place of the pattern in the code."""
        return [(self.line_of(match.start()), match) for match in re.finditer(pattern, self.code)]


def python_functions(text):
    return [Function(node.name, node.lineno, node.end_lineno) for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def closing(code, opening):
    """The position of the brace that closes the one at `opening`."""
    depth = 0
    for match in re.finditer(r"[{}]", code[opening:]):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return opening + match.start()
    return len(code) - 1


def cpp_functions(code):
    """Functions at namespace and class level: a chunk of declaration with parentheses, and its braces. Lambdas belong to their function."""
    code = re.sub(r"^#[^\n]*(\\\n[^\n]*)*", lambda match: blank(match[0]), code, flags=re.MULTILINE)
    result, start, position = [], 0, 0
    while match := re.compile(r"[;{}]").search(code, position):
        at, chunk = match.start(), code[start:match.start()]
        position = at + 1
        if match[0] != "{":
            start = position
        elif "(" not in chunk and re.search(r"\b(namespace|class|struct|union|extern)\b", chunk):
            start = position  # look inside
        else:
            end = closing(code, at)
            position = end + 1
            rest = code[position:].lstrip()
            if rest.startswith((",", "{", ";", ")")):  # a member's initial value, or a braced list: the declaration goes on
                continue
            if "(" in chunk:
                first = start + len(chunk) - len(chunk.lstrip())
                name = re.search(r"([\w:~]+|operator\S+)\s*\(", chunk)
                result.append(Function(name[1] if name else "?", code.count("\n", 0, first) + 1, code.count("\n", 0, end) + 1))
            start = position
    return result


def files_of(compiled):
    """What a file that a build has made of several includes; any other file itself."""
    return re.findall(r'^#include "(.*)"', pathlib.Path(compiled).read_text(), re.MULTILINE) if "/Unity/" in compiled else [compiled]


class Tree:
    """The files under `root`, generated and hidden ones left out. `build`: a configured build folder, or none."""

    def __init__(self, root, build=None):
        self.root = pathlib.Path(root)
        self.build = pathlib.Path(build) if build else None
        self.sources = [Source(str(path.relative_to(self.root)), path.read_text()) for path in sorted(self.walk())
                        if path.suffix in (".cc", ".h", ".py", ".sql", ".md", ".txt", ".cmake")]
        self.cpp = [source for source in self.sources if source.is_cpp]

    def walk(self):
        for folder, folders, names in os.walk(self.root):
            top = pathlib.Path(folder) == self.root
            folders[:] = [name for name in folders if not name.startswith((".", "__")) and name not in SKIPPED_FOLDERS
                          and not (top and name.startswith("build"))]
            for name in names:
                yield pathlib.Path(folder) / name

    def get(self, path):
        return next((source for source in self.sources if source.path == path), None)

    def under(self, *folders):
        return [source for source in self.cpp if source.path.startswith(tuple(f"{folder}/" for folder in folders))]

    @functools.cached_property
    def compiled(self):
        """What the build compiles, also several at once (PBT_UNITY): path from the root → the command's entry."""
        entries = json.loads((self.build / "compile_commands.json").read_text())
        return {os.path.relpath(file, self.root): entry for entry in entries for file in files_of(entry["file"])}

    @functools.cached_property
    def ctest_commands(self):
        """The command of every test that ctest runs."""
        kept = self.build / "ctest.json"
        text = kept.read_text() if kept.exists() else subprocess.run(
            ["ctest", "--test-dir", self.build, "--show-only=json-v1"], capture_output=True, text=True, check=True).stdout
        return [test["command"] for test in json.loads(text)["tests"] if "command" in test]
