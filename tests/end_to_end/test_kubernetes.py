"""The manifest of `pbt launch kubernetes` against Kubernetes' published schema, strictly: no key that it does not know."""

import json

import pytest

kubernetes_validate = pytest.importorskip("kubernetes_validate")
yaml = pytest.importorskip("yaml")

EVERYTHING = ["--workers", "32", "--gpus-per-worker", "1", "--cpus-per-worker", "8", "--memory-per-worker", "16Gi", "--namespace", "ml",
              "--secret", "store", "--claim", "experiments", "--mount", "/data", "--grace", "300", "--exit-when-idle"]


@pytest.mark.parametrize("options", [["--workers", "1"], EVERYTHING], ids=["least", "everything"])
@pytest.mark.parametrize("version", ["1.29", "1.31", "1.35"])
def test_the_manifest_keeps_the_schema(house, options, version):
    arguments = ["launch", "kubernetes", "experiment.toml", "--image", "registry.example.org/pbt:1", "--dry-run", *options]
    manifest = yaml.safe_load(house.pbt(*arguments).stdout)
    assert manifest == json.loads(house.pbt(*arguments, "--json").stdout)
    kubernetes_validate.validate(manifest, version, strict=True)


def test_the_schema_bites(house):
    manifest = house.json("launch", "kubernetes", "experiment.toml", "--image", "pbt", "--workers", "2", "--dry-run")
    manifest["spec"]["backoffLimitPerIndx"] = manifest["spec"].pop("backoffLimitPerIndex")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, "1.31", strict=True)
