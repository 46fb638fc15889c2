"""Rules about how files hang together. Each takes a Tree and returns what breaks it, as "path:line: what is wrong, and what to do"."""

import concurrent.futures
import os
import re
import shlex
import subprocess
import tempfile

# Called tests and run by no ctest, each for a reason.
COMPILED_ONLY = {
    "src/trainer/client_cxx17_test.cc": "that it compiles as C++17 is the test",
    "src/algorithm/exploit_t_test.cc": "a strategy: Welch's t-test",
}

# Files of core and algorithm that touch the machine, each for a reason.
IMPURE = {
    "src/core/folder.cc": "Folder, of include/pbt, is handed to trainers: files on disk or in memory",
    "src/core/ancestry.cc": "asks which folders this process may write",
}


def areas(tree):
    """The areas in the order of the table of docs/ARCHITECTURE.md: each may include those above it."""
    table = tree.get("docs/ARCHITECTURE.md").text.split("\n## Areas\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)


def every_area_includes_only_areas_above_it(tree):
    order = areas(tree)
    findings = [f"{source.path}:1: no such area in the table of docs/ARCHITECTURE.md" for source in tree.under("src")
                if source.path.count("/") < 2 or source.path.split("/")[1] not in order]
    for source in tree.under("src"):
        area = source.path.split("/")[1]
        for line, name in source.includes:
            other = name.split("/")[0]
            if area in order and not source.is_test and other in order and order.index(other) > order.index(area):
                findings.append(f"{source.path}:{line}: {area} includes {name}, but {other} stands below it")
    return findings


def public_headers_include_public_headers_alone(tree):
    return [f"{source.path}:{line}: includes {name}; include/pbt stands on its own" for source in tree.under("include")
            for line, name in source.includes if not name.startswith("pbt/")]


def the_engine_includes_no_tests(tree):
    return [f"{source.path}:{line}: includes {name}: what tests need stays in tests" for source in tree.under("src", "include")
            if not source.is_test and not source.path.endswith("guard_program.cc")
            for line, name in source.includes if name.startswith("tests/") or name.split("/")[-1].startswith("test_")]


def views_read_through_run_reader_alone(tree):
    findings = []
    for source in tree.under("src/view"):
        if source.is_test:
            continue
        findings += [f"{source.path}:{line}: includes {name}: views read through RunReader" for line, name in source.includes
                     if name.startswith(("store/", "checkpoint/"))]
        findings += [f"{source.path}:{line}: names Store: views read through RunReader" for line, _ in source.find(r"\bStore\b")]
    return findings


def pure_areas_touch_no_machine(tree):
    """core and algorithm: no files, clocks or threads."""
    headers = r"^#include <(fstream|thread|mutex|condition_variable|future|chrono|ctime|iostream|unistd\.h|fcntl\.h|sys/\w+\.h)>"
    return [f"{source.path}:{source.line_of(match.start())}: includes <{match[1]}>: core and algorithm are pure"
            for source in tree.under("src/core", "src/algorithm") if not source.is_test and source.path not in IMPURE
            for match in re.finditer(headers, source.text, re.MULTILINE)]


def headers_to_compile(tree):
    """A header that some compiled file includes before anything else has been compiled alone already: by clang-tidy, where the build
    compiles several files at once."""
    first = {source.includes[0][1] for source in tree.cpp if source.path in tree.compiled and source.includes
             and not re.search(r"^#include <", source.text[:source.text.index('#include "')], re.MULTILINE)}
    for source in tree.under("src", "include", "tests", "examples"):
        name = re.sub(r"^(src|include)/", "", source.path)
        if source.path.endswith(".h") and name not in first:
            yield name


def every_header_compiles_alone(tree):
    compiler = os.environ.get("PBT_CXX", "c++")
    folders = [tree.root / "include", tree.root / "src", tree.root, tree.build / "src/store/generated"]
    # What the build defines on the command line, the paths of programs that tests start.
    defined = sorted({word for entry in tree.compiled.values() for word in shlex.split(entry["command"]) if word.startswith("-DPBT_")})

    def compile_alone(name):
        with tempfile.TemporaryDirectory() as folder:
            file = f"{folder}/alone.cc"
            with open(file, "w") as out:
                out.write(f'#include "{name}"\n#include "{name}"\n')
            done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", *defined, *(f"-I{path}" for path in folders), file],
                                  capture_output=True, text=True)
        errors = [line for line in done.stderr.splitlines() if "error" in line]
        return [] if done.returncode == 0 else [f"{name}:1: does not compile alone: {errors[0] if errors else done.stderr}"]

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [finding for findings in pool.map(compile_alone, headers_to_compile(tree)) for finding in findings]


def every_source_is_in_the_build(tree):
    """Reference trainers and benchmarks only where the build has them."""
    folders = ["src", "tests", "examples", *(folder for folder in ("trainers", "bench")
                                             if any(path.startswith(folder + "/") for path in tree.compiled))]
    has_bench = "bench" in folders
    return [f"{source.path}:1: no CMakeLists.txt compiles this file" for source in tree.under(*folders)
            if source.path.endswith(".cc") and source.path not in tree.compiled and (has_bench or not source.path.endswith("_bench.cc"))]


def every_test_is_run_by_ctest(tree):
    programs = {os.path.relpath(command[0], tree.build) for command in tree.ctest_commands}
    findings = []
    for path, entry in tree.compiled.items():
        if not path.endswith("_test.cc") or path in COMPILED_ONLY:
            continue
        output = entry.get("output") or re.search(r" -o (\S+)", entry["command"])[1]
        folder, target = re.match(r"(.*/)CMakeFiles/([^/]+)\.dir/", output).groups()
        if folder + target not in programs and not any(p.startswith(folder + target + "_NOT_BUILT") for p in programs):
            findings.append(f"{path}:1: ctest does not run {folder}{target}")
    arguments = {argument for command in tree.ctest_commands for argument in command}
    everything = (tree.root / "test").read_text() if (tree.root / "test").exists() else ""
    for path in sorted(tree.walk()):
        name = str(path.relative_to(tree.root))
        if not name.startswith(("tests/", "python/tests/")):
            continue
        is_test = path.name.startswith("test_") and path.suffix == ".py" or os.access(path, os.X_OK)
        named = any(str(part) in arguments for part in (path, *path.parents) if part != tree.root and tree.root in part.parents)
        if is_test and not named and name not in everything:
            findings.append(f"{name}:1: neither ctest nor ./test runs this")
    return findings


def every_decision_is_listed(tree):
    index = tree.get("docs/README.md").text
    return [f"{source.path}:1: not listed in docs/README.md" for source in tree.sources
            if source.path.startswith("docs/adr/") and f"(adr/{source.path.split('/')[-1]})" not in index]


def documents_name_no_local_path(tree):
    """Paths of somebody's own machine; /tmp is everybody's."""
    return [f"{source.path}:{source.line_of(match.start())}: {match[0].strip()}: a path of one machine alone"
            for source in tree.sources if source.path.endswith(".md")
            for match in re.finditer(r"(?:^|[\s`\"'(=:])/(?:home|root|Users|work|mnt|var/folders)/[\w./-]*", source.text)]


def test_names_are_sentences(tree):
    return [f"{source.path}:{line}: {match[1]}: a test's name says what holds, in words" for source in tree.cpp
            for line, match in source.find(r"^\s*(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|RC_GTEST_PROP)\s*\(\s*\w+\s*,\s*(\w+)")
            if len(re.findall(r"[A-Z][a-z0-9]*", match[1])) < 2 or re.match(r"(?i)tests?([A-Z0-9_]|$)", match[1])]
