"""Schemathesis tests the fake cloud as a server, with all of its checks, and goes from page to page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from contract.served_data import KNOWN_IDS, served_cloud
from contract.tally import count
from specs import DOCUMENTS, PLACES
from toolchain.document import operations

HERE = Path(__file__).parent


def one_document() -> dict[str, Any]:
    """Return the specs as one, in which the access keys that one operation lists can be shown by another."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "All", "version": "1"},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for package, document in DOCUMENTS.items():
        text = json.dumps(document).replace("#/components/schemas/", f"#/components/schemas/{package}_")
        renamed = json.loads(text)
        for place in operations(renamed):
            place.operation.setdefault("security", renamed["security"])
            responses = place.operation["responses"]
            if not {"400", "default"} & responses.keys():
                # The page leaves out what its service answers to every wrong parameter.
                responses["default"] = list(responses.values())[-1]
        whole["paths"] |= renamed["paths"]
        components = renamed["components"]
        whole["components"]["securitySchemes"] |= components["securitySchemes"]
        schemas = {f"{package}_{name}": schema for name, schema in components["schemas"].items()}
        whole["components"]["schemas"] |= schemas
    listed = whole["paths"]["/v5/users/{user_id}/access-keys"]["get"]["responses"]["200"]
    listed["links"]["show"] = {
        "operationId": "ShowPermanentAccessKey",
        "parameters": {"access_key": "$response.body#/access_keys/0/access_key_id"},
    }
    return whole


def run_schemathesis(folder: Path, url: str, seed: str) -> tuple[str, dict[str, Any]]:
    """Run schemathesis in a process of its own, since its hooks are for all that it tests."""
    document, report = folder / "all.json", folder / "report.json"
    document.write_text(json.dumps(one_document()))
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
        *("run", str(document), "--url", url, "--seed", seed, "--report-json-path", str(report)),
        # Of a server that is for tests, half as many; the deep run has twenty times more.
        *("--max-examples", str(settings().max_examples // 2)),
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "contract.schemathesis_hooks",
        "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parents[1] / "specs")]),
    }
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr, json.loads(report.read_text())


def test_schemathesis_finds_nothing(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    cloud = served_cloud()
    with cloud.serving() as url:
        seed = str(request.config.getoption("--hypothesis-seed"))
        output, report = run_schemathesis(tmp_path, url, seed if seed.isdecimal() else "1")
    for call in cloud.calls:
        count(call.operation or "(no operation)", call.status, "fake cloud as a server")
    assert (report["failures"], report["errors"], report["exit_code"]) == ([], [], 0), output
    assert report["operations"]["tested"] == len(PLACES)
    assert {phase["status"] for phase in report["phases"].values()} == {"success"}
    results = {call.operation for call in cloud.calls if call.status == 200}
    refusals = {call.operation for call in cloud.calls if call.status == 400}
    assert {call.operation for call in cloud.calls} >= PLACES.keys()
    for name, (_, place) in PLACES.items():
        parameters = place.operation.get("parameters", [])
        assert name in results or not {each["name"] for each in parameters if each["in"] == "path"} <= KNOWN_IDS.keys()
        assert name in refusals or not parameters
    # The stateful phase went from page to page, and from the list to what it shows.
    links = 1 + sum(
        len(each.get("links", ())) for _, place in PLACES.values() for each in place.operation["responses"].values()
    )
    covered = re.search(r"API Links: +(\d+) covered", output)
    assert covered is not None
    assert int(covered[1]) >= links
