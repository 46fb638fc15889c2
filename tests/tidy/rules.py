"""Rules about single files. Each takes a Tree and returns what breaks it, as "path:line: what is wrong, and what to do"."""

import re

LINES_MAX, LINES_CONSIDERED, FUNCTION_LINES_MAX = 400, 250, 60

# Over 250 lines, and thought about. The list does not grow: split the file instead. A file that has shrunk leaves it.
LONG_FILES = {
    "python/pbt/_turn.py", "python/tests/test_conversation.py", "python/tests/test_torch.py",
    "src/check/check_test.cc", "src/cli/experiment_file.cc", "src/cli/experiment_file_test.cc", "src/store/sqlite_store_test.cc",
    "src/trainer/session_trainer.cc", "src/view/doctor_test.cc", "src/worker/worker_test.cc",
    "tests/crash/siege.py", "tests/simulation/witness.cc", "trainers/rl/lunar_lander.cc",
}

CLOCK = r"\b\w+_clock::now\b|\b(?:std::|::)?(?:time|clock|clock_gettime|gettimeofday)\s*\("
RANDOM = r"\bstd::(?:random_device|mt19937(?:_64)?|default_random_engine|minstd_rand0?)\b|(?:\bstd::|(?<!\w)::)rand\s*\(|\b(?:srand|rand_r|drand48)\s*\("
SLEEP = r"\bthis_thread::sleep_(?:for|until)\b|(?<!\w)::sleep\s*\(|\b(?:u|nano)sleep\s*\("  # clock.sleep(...) is a Clock's own
THREAD = r"\bstd::(?:j?thread|async)\b(?!::)|\bpthread_create\b"

# Where the engine may touch the machine's time, sleep, start threads, or draw without a seed; everywhere else they enter by constructor.
ALLOWED = {
    ("src/worker/system_clock.cc", "clock"): "the Clock that everybody else is handed",
    ("src/worker/system_clock.cc", "sleep"): "the same",
    ("src/worker/pool.cc", "thread"): "a thread a worker is what a pool is",
    ("src/store/sqlite.cc", "clock"): "SQLite's busy handler: how long a call has waited for the file's lock",
    ("src/store/sqlite.cc", "sleep"): "the same",
    ("src/trainer/line_channel.cc", "clock"): "the time limit of one read of a socket, in trainers too",
    ("src/trainer/client.cc", "clock"): "runs in the trainer's process: spaces progress out",
    ("src/trainer/client.cc", "thread"): "the same: a cancel is read while the trainer trains",
    ("src/trainer/log.h", "thread"): "a trainer's output is read whatever the worker does",
    ("src/trainer/log.cc", "thread"): "the same",
    ("src/checkpoint/s3/parallel.cc", "thread"): "objects go there and come back several at a time",
    ("src/check/rehearsal_control.cc", "clock"): "measures how long a real trainer took",
    ("src/cli/display.cc", "clock"): "repaints a terminal so many times a second",
    ("src/cli/machine_checks.cc", "clock"): "measures this machine's disk",
    ("tests/faulty_trainers/toy.cc", "random"): "ignoring its seed is this trainer's fault",
}

SEAMS = {"RunReader", "Store", "CheckpointStorage", "Trainer", "TurnControl", "Algorithm", "Exploit", "Explore", "Clock", "Files", "VectorEnvironment",
         "StoreUnderTest"}  # the last is the contract suite's own: how a backend presents itself to it

# Past tense alone is no history ("was committed" is a state); these are.
HISTORY = (r"\b(previously|formerly|used to (?:be|do|have|call)|refactored|(?:renamed|moved|changed|ported|migrated) from|legacy|"
           r"old (?:code|version|implementation|behaviou?r)|(?:was|were|has been|have been) (?:refactored|rewritten|renamed|introduced)|"
           r"in (?:an )?(?:earlier|previous|older) versions?)\b")


def files_within_400_lines(tree):
    findings = []
    for source in tree.sources:
        lines = source.text.count("\n")
        if source.path.endswith((".md", ".txt")):
            continue
        if lines > LINES_MAX:
            findings.append(f"{source.path}:{lines}: the file has {lines} lines, at most {LINES_MAX}: split it")
        elif lines > LINES_CONSIDERED and source.path not in LONG_FILES:
            findings.append(f"{source.path}:{lines}: the file has {lines} lines and is not among the long ones: split it")
    return findings


def list_of_long_files_only_shrinks(tree):
    long = {source.path for source in tree.sources if source.text.count("\n") > LINES_CONSIDERED}
    return [f"{path}:1: within {LINES_CONSIDERED} lines, or gone: take it off LONG_FILES" for path in sorted(LONG_FILES - long)]


def functions_within_60_lines(tree):
    return [f"{source.path}:{function.first}: {function.name} has {function.lines} lines, at most {FUNCTION_LINES_MAX}: split it"
            for source in tree.sources if source.is_cpp or source.path.endswith(".py")
            for function in source.functions if function.lines > FUNCTION_LINES_MAX]


def uses(source, kinds):
    for kind, pattern in kinds.items():
        for line, match in source.find(pattern):
            yield kind, line, match[0].strip().rstrip("(")


def time_and_threads_enter_by_constructor(tree):
    kinds = {"clock": CLOCK, "sleep": SLEEP, "thread": THREAD}
    return [f"{source.path}:{line}: {what} in the engine: take a Clock, or add the file to ALLOWED with the reason"
            for source in tree.under("src", "include") if not source.is_test
            for kind, line, what in uses(source, kinds) if (source.path, kind) not in ALLOWED]


def list_of_allowed_uses_only_shrinks(tree):
    kinds = {"clock": CLOCK, "sleep": SLEEP, "thread": THREAD, "random": RANDOM}
    used = {(source.path, kind) for source in tree.cpp for kind, _, _ in uses(source, kinds)}
    return [f"{path}:1: uses no {kind}: take it off ALLOWED" for path, kind in sorted(set(ALLOWED) - used)]


def random_numbers_come_from_our_generator(tree):
    return [f"{source.path}:{line}: {what}: use pbt/random.h, keyed by a seed"
            for source in tree.cpp for kind, line, what in uses(source, {"random": RANDOM}) if (source.path, kind) not in ALLOWED]


def tests_do_not_sleep(tree):
    return [f"{source.path}:{line}: {what} in a test: poll what can be observed, or move a fake clock"
            for source in tree.cpp if source.is_test for _, line, what in uses(source, {"sleep": SLEEP})]


def virtual_at_the_seams_alone(tree):
    findings = []
    for source in tree.cpp:
        for line, match in source.find(r"\bvirtual\b"):
            classes = re.findall(r"\b(?:class|struct)\s+(\w+)[^;{()]*\{", source.code[:match.start()])
            name = classes[-1] if classes else "?"
            if name not in SEAMS:
                findings.append(f"{source.path}:{line}: {name} has a virtual function and is no seam: a value or a free function")
    return findings


def no_name_without_meaning(tree):
    findings = []
    for source in tree.cpp:
        for line, match in source.find(r"\b(?:class|struct|union|enum(?: class)?|namespace|using|concept)\s+(\w*(?:Impl|Manager|Base|Utils?|Helpers?))\b"):
            findings.append(f"{source.path}:{line}: the name {match[1]} says nothing: say what it does")
        if re.search(r"(^|[_/])(impl|manager|base|utils?|helpers?)\.(cc|h)$", source.path):
            findings.append(f"{source.path}:1: the file's name says nothing: say what is in it")
    return findings


def the_engine_prints_nothing(tree):
    """What a person or a log reads goes through a listener or an error; only programs print."""
    programs = ("src/cli/", "src/trainer/guard.cc", "src/trainer/client.cc")  # the client runs in the trainer's process
    return [f"{source.path}:{line}: {match[0].strip()} in the engine: report an event or throw an error"
            for source in tree.under("src", "include") if not source.is_test and not source.path.startswith(programs)
            for line, match in source.find(r"\b(?:f|v|vf)?printf\s*\(|\bf?puts\s*\(|\bstd::(?:cout|cerr|clog)\b|\bperror\s*\(")]


def a_todo_says_what_to_do(tree):
    return [f"{source.path}:{line}: {comment}: say in a sentence what is to be done"
            for source in tree.sources for line, comment in source.comments
            if re.search(r"\b(?:TODO|FIXME|XXX)\b", comment) and not re.search(r"\b(?:TODO|FIXME|XXX)\b\W*(?:\([^)]*\))?\W*\w+(?:\W+\w+){2}", comment)]


def comments_tell_no_history(tree):
    return [f"{source.path}:{line}: \"{match[0]}\": a comment says how it is; how it came about is in the log"
            for source in tree.sources if not source.path.endswith((".md", ".txt"))
            for line, comment in source.comments for match in re.finditer(HISTORY, comment, re.IGNORECASE)]
