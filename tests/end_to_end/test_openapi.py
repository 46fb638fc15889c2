"""What `pbt serve` answers is what its OpenAPI description says, whatever it is asked: requests made of the description by
Schemathesis. Run by an interpreter that has it (scripts/python-environment --tests); skipped by others."""

import json
import re

import pytest

schemathesis = pytest.importorskip("schemathesis")
import hypothesis.configuration  # noqa: E402
import requests  # noqa: E402
import variety  # noqa: E402
from conftest import ROOT, House  # noqa: E402
from hypothesis import strategies  # noqa: E402
from schemathesis import GenerationMode  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
THERE = {"name": "toy", "member": 1, "turn": 5, "file": "sample.png"}
PATHS = sorted(json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"])
REQUESTS = 25  # to each path

modest = hypothesis.settings(derandomize=True, database=None, deadline=None, max_examples=REQUESTS,
                             suppress_health_check=list(hypothesis.HealthCheck))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    hypothesis.configuration.set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))  # else the current folder
    house = House(tmp_path_factory.mktemp("openapi"))
    variety.prepare(house)
    house.pbt("run", "experiment.toml")
    return house


@pytest.fixture(scope="module")
def url(trained):
    with variety.serving(trained) as address:
        yield address


@pytest.fixture(scope="module")
def schema(url):
    schema = schemathesis.openapi.from_url(url + "api/v1/openapi.json")
    schema.config.update(base_url=url)
    return schema


def requests_to(operation):
    """Requests that keep to the description and such that do not (any text would do for a name), of what is there, or at least in the
    experiment that is there: names drawn at random never are."""
    there = {parameter.name: THERE[parameter.name] for parameter in operation.path_parameters}
    kinds = [(GenerationMode.POSITIVE, there), (GenerationMode.POSITIVE, {})]
    if operation.query:
        kinds += [(GenerationMode.POSITIVE, there), (GenerationMode.NEGATIVE, there)]
    if len(there) > 1:
        kinds += [(mode, {"name": there["name"]}) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
    return strategies.one_of([operation.as_strategy(mode, path_parameters=fixed) for mode, fixed in kinds])


def check_answer(case):
    with requests.request(**case.as_transport_kwargs(), stream=True, timeout=30) as answer:
        if answer.headers["Content-Type"] != "text/event-stream":
            case.validate_response(answer, checks=CHECKS)
        else:  # does not end
            assert answer.status_code == 200 and case.path.endswith("/events")
            assert next(answer.iter_lines()) == b": still here"


@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_asked_the_answer_is_as_described(schema, path):
    modest(hypothesis.given(requests_to(schema[path]["GET"]))(check_answer))()


@pytest.mark.parametrize("path", PATHS)
def test_what_is_there_is_answered(url, path):
    with requests.get(url.rstrip("/") + path.format(**THERE), stream=True, timeout=30) as answer:
        assert answer.status_code == 200, answer.text


def test_who_has_no_token_or_calls_the_server_by_another_name_is_refused_as_described(trained, schema):
    with variety.serving(trained, PBT_TOKEN="0123456789abcdef") as url:
        for path in PATHS:
            for headers, status in ({}, 401), ({"Host": "evil.example"}, 421):
                answer = requests.get(url.rstrip("/") + path.format(**THERE), headers=headers, timeout=30)
                assert answer.status_code == status
                schema[path]["GET"].validate_response(answer)


def test_the_server_serves_the_description_that_is_in_the_documents(url):
    assert requests.get(url + "api/v1/openapi.json", timeout=30).json() == json.loads((ROOT / "docs" / "openapi.json").read_text())


def test_every_address_that_the_server_knows_is_described():
    """The words that it looks for in an address, against those of the description that are no parameters."""
    source = (ROOT / "src" / "serve" / "api.cc").read_text()
    known = re.findall(r'\b(?:what|words\[\d\]) [!=]= "([\w.]+)"|words == std::vector<std::string>\{"([\w.]+)"\}', source)
    described = [word for path in PATHS if path.startswith("/api/v1/") for word in path.split("/")[3:] if "{" not in word]
    assert {one or other for one, other in known} == set(described)
