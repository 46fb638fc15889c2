import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/tidy"))


def pytest_addoption(parser):
    parser.addoption("--build", help="a configured build folder; without it, the rules that need one are left out")


@pytest.fixture(scope="session")
def tree(request):
    import source
    return source.Tree(ROOT, request.config.getoption("--build"))
