"""The house rules that a machine can check, on this tree. README.md lists them."""

import pytest
from catalogue import NEED_A_BUILD, RULES


@pytest.mark.parametrize("name", RULES)
def test_the_tree_keeps(name, tree):
    if name in NEED_A_BUILD and tree.build is None:
        pytest.skip("needs --build")
    findings = RULES[name](tree)
    assert not findings, "\n" + "\n".join(findings)
