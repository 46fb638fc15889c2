"""Every rule of rules.py and structure.py, by name."""

import inspect

import rules
import structure

NOT_RULES = {"uses", "areas", "headers_to_compile"}
NEED_A_BUILD = {"every_header_compiles_alone", "every_source_is_in_the_build", "every_test_is_run_by_ctest"}


def rule_of(module):
    return {name: function for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__ and name not in NOT_RULES}


RULES = {**rule_of(rules), **rule_of(structure)}
