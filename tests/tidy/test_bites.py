"""Each rule finds what it is there for, in a tree made wrong; and what only looks wrong it leaves alone."""

import json

import pytest
import source
from catalogue import RULES

AREAS = "# A\n\n## Areas\n\n| area | |\n|---|---|\n| `core` | |\n| `store` | |\n| `view` | |\n\n## Next\n"
LONG_FUNCTION = "int f() {\n" + "  g();\n" * 60 + "}\n"
LONG_IN_CLASS = "namespace pbt {\nclass A {\n public:\n  explicit A(int x) : x_{x} {}\n  int f() const {\n" + "    g();\n" * 60 + "  }\n  int x_{3};\n};\n}\n"

# rule, path and text of a file that breaks it, what the finding says
BITES = [
    ("files_within_400_lines", "src/core/a.cc", "int x;\n" * 401, "src/core/a.cc:401: the file has 401 lines"),
    ("files_within_400_lines", "python/pbt/a.py", "x = 1\n" * 251, "is not among the long ones"),
    ("list_of_long_files_only_shrinks", "src/check/check_test.cc", "int x;\n" * 250, "src/check/check_test.cc:1: within 250"),
    ("functions_within_60_lines", "src/core/a.cc", LONG_FUNCTION, "src/core/a.cc:1: f has 62 lines"),
    ("functions_within_60_lines", "src/core/a.h", LONG_IN_CLASS, "src/core/a.h:5: f has 62 lines"),
    ("functions_within_60_lines", "python/pbt/a.py", "def f():\n" + "    g()\n" * 60, "python/pbt/a.py:1: f has 61 lines"),
    ("time_and_threads_enter_by_constructor", "src/store/a.cc", "auto t = std::chrono::steady_clock::now();\n", "steady_clock::now"),
    ("time_and_threads_enter_by_constructor", "src/store/a.cc", "std::this_thread::sleep_for(1s);\n", "sleep_for"),
    ("time_and_threads_enter_by_constructor", "src/store/a.cc", "std::thread thread(f);\n", "std::thread"),
    ("time_and_threads_enter_by_constructor", "src/store/a.cc", "auto t = std::time(nullptr);\n", "time in the engine"),
    ("list_of_allowed_uses_only_shrinks", "src/worker/pool.cc", "int x;\n", "src/worker/pool.cc:1: uses no thread"),
    ("random_numbers_come_from_our_generator", "trainers/a.cc", "std::mt19937 r;\n", "std::mt19937"),
    ("random_numbers_come_from_our_generator", "tests/a.cc", "int x = ::rand();\n", "::rand"),
    ("tests_do_not_sleep", "src/worker/a_test.cc", "std::this_thread::sleep_for(1s);\n", "sleep_for in a test"),
    ("tests_do_not_sleep", "tests/crash/a.cc", "usleep(3);\n", "usleep in a test"),
    ("virtual_at_the_seams_alone", "src/core/a.h", "class Shape {\n  virtual void f();\n};\n", "Shape has a virtual function"),
    ("no_name_without_meaning", "src/core/a.h", "class StoreManager {};\n", "StoreManager"),
    ("no_name_without_meaning", "src/core/utils.h", "", "the file's name says nothing"),
    ("the_engine_prints_nothing", "src/worker/a.cc", 'std::cout << "hello";\n', "std::cout in the engine"),
    ("the_engine_prints_nothing", "src/worker/a.cc", 'std::printf("hello");\n', "printf( in the engine"),
    ("a_todo_says_what_to_do", "src/core/a.cc", "int x;  // TODO fix\n", "say in a sentence"),
    ("comments_tell_no_history", "src/core/a.cc", "// This was previously a class.\n", '"previously"'),
    ("every_area_includes_only_areas_above_it", "src/core/a.cc", '#include "store/b.h"\n', "core includes store/b.h"),
    ("every_area_includes_only_areas_above_it", "src/misc/a.cc", "", "no such area"),
    ("public_headers_include_public_headers_alone", "include/pbt/a.h", '#include "core/b.h"\n', "includes core/b.h"),
    ("the_engine_includes_no_tests", "src/core/a.cc", '#include "tests/support/fake_clock.h"\n', "what tests need"),
    ("views_read_through_run_reader_alone", "src/view/a.cc", "void f(Store& store);\n", "names Store"),
    ("views_read_through_run_reader_alone", "src/view/a.cc", '#include "store/b.h"\n', "includes store/b.h"),
    ("pure_areas_touch_no_machine", "src/core/a.cc", "#include <thread>\n", "includes <thread>"),
    ("every_decision_is_listed", "docs/adr/0099-x.md", "# X\n", "docs/adr/0099-x.md:1: not listed"),
    ("documents_name_no_local_path", "docs/a.md", "Look in `/home/me/pbt`.\n", "/home/me/pbt"),
    ("test_names_are_sentences", "src/core/a_test.cc", "TEST(Space, TestDraw) {}\n", "TestDraw"),
    ("test_names_are_sentences", "src/core/a_test.cc", "TEST(Space, Draws) {}\n", "Draws"),
    ("every_header_compiles_alone", "src/core/a.h", "inline std::string f();\n", "core/a.h:1: does not compile alone"),
    ("every_header_compiles_alone", "src/core/a.h", "struct A {};\n", "redefinition"),  # no #pragma once
    ("every_source_is_in_the_build", "src/core/forgotten.cc", "int x;\n", "no CMakeLists.txt compiles this file"),
    ("every_test_is_run_by_ctest", "src/core/b_test.cc", "", "ctest does not run src/core/b_test"),
    ("every_test_is_run_by_ctest", "tests/end_to_end/test_a.py", "", "neither ctest nor ./test runs this"),
]

ALONE = [
    ("time_and_threads_enter_by_constructor", "src/store/a.cc", "// std::thread is not for us\nauto s = \"std::thread\";\nclock.now();\n"),
    ("time_and_threads_enter_by_constructor", "src/worker/pool.cc", "std::thread thread(f);\n"),
    ("time_and_threads_enter_by_constructor", "src/store/a.cc", "auto id = std::thread::id{};\n"),
    ("tests_do_not_sleep", "tests/a.cc", "clock.sleep(3s, waker);\n"),
    ("functions_within_60_lines", "src/core/a.cc", "int f() { return 1; }\n" * 100),
    ("functions_within_60_lines", "src/core/a.cc", "int n = 1'000;\nauto text = R\"({ // )\";\nint f() { return '{'; }\n" * 50),
    ("comments_tell_no_history", "src/core/a.cc", "// The turn was committed before the crash.\n"),
    ("virtual_at_the_seams_alone", "include/pbt/a.h", "class Clock {\n  virtual void now() = 0;\n};\n"),
    ("every_area_includes_only_areas_above_it", "src/store/a.cc", '#include "core/b.h"\n'),
    ("test_names_are_sentences", "src/core/a_test.cc", "TEST(Space, DrawsWithinItsBounds) {}\n"),
]


@pytest.fixture
def tree_with(tmp_path):
    """A small tree with a build that compiles one test that ctest does not run, and this file."""

    def make(path, text):
        files = {"docs/ARCHITECTURE.md": AREAS, "docs/README.md": "# Decisions\n", path: text}
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        build = tmp_path / "build"
        build.mkdir()
        compiled = {"file": str(tmp_path / "src/core/b_test.cc"), "command": "c++ -o src/core/CMakeFiles/b_test.dir/b_test.cc.o"}
        (build / "compile_commands.json").write_text(json.dumps([compiled]))
        (build / "ctest.json").write_text(json.dumps({"tests": [{"command": [f"{build}/src/core/a_test"]}]}))
        return source.Tree(tmp_path, build)

    return make


@pytest.mark.parametrize("rule, path, text, finding", BITES, ids=[f"{bite[0]}-{at}" for at, bite in enumerate(BITES)])
def test_a_rule_bites(rule, path, text, finding, tree_with):
    assert any(finding in found for found in RULES[rule](tree_with(path, text)))


@pytest.mark.parametrize("rule, path, text", ALONE, ids=[f"{case[0]}-{at}" for at, case in enumerate(ALONE)])
def test_a_rule_leaves_alone(rule, path, text, tree_with):
    assert RULES[rule](tree_with(path, text)) == []


def test_every_rule_is_shown_to_bite():
    assert set(RULES) - {bite[0] for bite in BITES} == set()
