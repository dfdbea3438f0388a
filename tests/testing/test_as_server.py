"""Schemathesis tests the served fake cloud with all of its checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from contract.cases import CONTRACTS, without_unknown_fields
from specs import DOCUMENTS, SPEC_OPERATIONS
from testing.requests import served_cloud
from toolchain.document import operations

HERE = Path(__file__).parent


def merged_document() -> dict[str, Any]:
    """Merge all specs into one document."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "All", "version": "1"},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for package, document in DOCUMENTS.items():
        text = json.dumps(without_unknown_fields(package, document))
        text = text.replace("#/components/schemas/", f"#/components/schemas/{package}_")
        renamed = json.loads(text.replace('"operationId": "', f'"operationId": "{package}.'))
        for place in operations(renamed):
            adapt(place.operation, renamed["security"])
        for path, item in renamed["paths"].items():
            whole["paths"].setdefault(path, {}).update(item)
        components = renamed["components"]
        whole["components"]["securitySchemes"] |= components["securitySchemes"]
        schemas = {f"{package}_{name}": schema for name, schema in components["schemas"].items()}
        whole["components"]["schemas"] |= schemas
    return whole


def adapt(operation: dict[str, Any], security: list[Any]) -> None:
    """Add to an operation what schemathesis needs."""
    operation.setdefault("security", security)
    responses = operation["responses"]
    if not {"400", "default"} & responses.keys():
        # The page leaves out the response to wrong parameters.
        responses["default"] = list(responses.values())[-1]
    if "requestBody" in operation:
        # OpenAPI ignores a header parameter of this name; requestBody.content defines it.
        operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "Content-Type"]


def run_schemathesis(folder: Path, url: str, seed: str) -> tuple[str, dict[str, Any]]:
    """Run schemathesis in another process, since its hooks are global; return its output and its report."""
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "testing.schemathesis_hooks",
        "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parents[1] / "specs")]),
    }
    file, report = folder / "all.json", folder / "report.json"
    file.write_text(json.dumps(merged_document()))
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run", str(file)),
        *("--url", url, "--seed", seed, "--report-json-path", str(report), "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(max(2, settings().max_examples // 10))),
    ]
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr, json.loads(report.read_text())


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str:
    given = str(request.config.getoption("--hypothesis-seed"))
    return given if given.isdecimal() else "1"


def test_schemathesis_finds_no_deviation_from_the_specs(seed: str, tmp_path: Path) -> None:
    cloud = served_cloud()
    with cloud.serving() as url:
        output, report = run_schemathesis(tmp_path, url, seed)
    assert (report["failures"], report["errors"], report["exit_code"]) == ([], [], 0), output
    assert {phase["status"] for phase in report["phases"].values()} <= {"success", "skip"}
    # Every operation has succeeded and has refused a wrong parameter.
    assert {call.operation for call in cloud.calls if call.status < 300} >= SPEC_OPERATIONS.keys()
    refused = {call.operation for call in cloud.calls if call.status == 400}
    assert refused >= {name for name, contract in CONTRACTS.items() if contract.can_be_wrong}
