"""Schemathesis tests the served fake cloud with all of its checks, and follows links from operation to operation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from cloudkeys.testing import FakeCloud
from contract.cases import CONTRACTS, closed
from specs import DOCUMENTS, PLACES
from testing.served_data import served_cloud
from toolchain.document import operations

HERE = Path(__file__).parent


LINKS: dict[str, dict[tuple[str, ...], dict[str, str]]] = {
    "alibaba_ims.ListUsers": {
        ("ListAccessKeys", "CreateAccessKey"): {"UserPrincipalName": "$response.body#/Users/User/0/UserPrincipalName"}
    },
    "alibaba_ims.CreateAccessKey": {
        ("GetAccessKeyLastUsed", "UpdateAccessKey", "DeleteAccessKey"): {
            "UserPrincipalName": "$request.query.UserPrincipalName",
            "UserAccessKeyId": "$response.body#/AccessKey/AccessKeyId",
        }
    },
    "alibaba_sas.DescribeAccesskeyLeakList": {
        ("DescribeAccessKeyLeakDetail", "ModifyAccessKeyLeakDeal"): {"Id": "$response.body#/AccessKeyLeakList/0/Id"}
    },
    "huawei_iam_v5.CreateAccessKey": {
        ("ListAccessKeys",): {"user_id": "$response.body#/access_key/user_id"},
        ("ShowAccessKeyLastUsed", "UpdateAccessKey", "DeleteAccessKey"): {
            "user_id": "$response.body#/access_key/user_id",
            "access_key_id": "$response.body#/access_key/access_key_id",
        },
    },
    "huawei_iam_v3.ListPermanentAccessKeys": {
        ("ShowPermanentAccessKey", "UpdatePermanentAccessKey", "DeletePermanentAccessKey"): {
            "access_key": "$response.body#/credentials/0/access"
        }
    },
    "huawei_csms.ListSecrets": {
        ("ShowSecret", "ListSecretVersions", "CreateSecretVersion"): {
            "project_id": "$request.path.project_id",
            "secret_name": "$response.body#/secrets/0/name",
        }
    },
    "huawei_csms.CreateSecretVersion": {
        ("ShowSecretVersion",): {
            "project_id": "$request.path.project_id",
            "secret_name": "$response.body#/version_metadata/secret_name",
            "version_id": "$response.body#/version_metadata/id",
        },
        ("ShowSecretStage", "UpdateSecretStage"): {
            "project_id": "$request.path.project_id",
            "secret_name": "$response.body#/version_metadata/secret_name",
            "stage_name": "$response.body#/version_metadata/version_stages/0",
        },
    },
}
"""Links of OpenAPI: parameters of operations that come from the response, or the request, of another operation."""


def one_document(packages: Collection[str]) -> dict[str, Any]:
    """Merge specs into one document, and add the links."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "All", "version": "1"},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for package in packages:
        document = DOCUMENTS[package]
        text = json.dumps(closed(package, document)).replace(
            "#/components/schemas/", f"#/components/schemas/{package}_"
        )
        renamed = json.loads(text.replace('"operationId": "', f'"operationId": "{package}.'))
        for place in operations(renamed):
            place.operation.setdefault("security", renamed["security"])
            responses = place.operation["responses"]
            if not {"400", "default"} & responses.keys():
                # The page leaves out the response to wrong parameters.
                responses["default"] = list(responses.values())[-1]
            if "requestBody" in place.operation:
                # OpenAPI ignores a header parameter of this name; requestBody.content defines it.
                given = place.operation["parameters"]
                place.operation["parameters"] = [each for each in given if each["name"] != "Content-Type"]
            add_links(package, place.operation)
        for path, item in renamed["paths"].items():
            whole["paths"].setdefault(path, {}).update(item)
        components = renamed["components"]
        whole["components"]["securitySchemes"] |= components["securitySchemes"]
        schemas = {f"{package}_{name}": schema for name, schema in components["schemas"].items()}
        whole["components"]["schemas"] |= schemas
    return whole


def add_links(package: str, operation: dict[str, Any]) -> None:
    result = next(each for status, each in operation["responses"].items() if status.startswith("2"))
    for names, parameters in LINKS.get(operation["operationId"], {}).items():
        for name in names:
            link = {"operationId": f"{package}.{name}", "parameters": parameters}
            result.setdefault("links", {})[name] = link


def run_schemathesis(
    document: dict[str, Any], cloud: FakeCloud, seed: str, *options: str
) -> tuple[str, dict[str, Any]]:
    """Run schemathesis in another process, since its hooks are global; return its output and its report."""
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "testing.schemathesis_hooks",
        "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parents[1] / "specs")]),
    }
    with tempfile.TemporaryDirectory() as folder, cloud.serving() as url:
        file, report = Path(folder, "all.json"), Path(folder, "report.json")
        file.write_text(json.dumps(document))
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
            *("run", str(file), "--url", url, "--seed", seed, "--report-json-path", str(report), *options),
        ]
        run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        return run.stdout + run.stderr, json.loads(report.read_text())


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str:
    given = str(request.config.getoption("--hypothesis-seed"))
    return given if given.isdecimal() else "1"


def check(cloud: FakeCloud, seed: str, packages: Collection[str], *options: str) -> None:
    output, report = run_schemathesis(one_document(packages), cloud, seed, *options)
    assert (report["failures"], report["errors"], report["exit_code"]) == ([], [], 0), output
    assert {phase["status"] for phase in report["phases"].values()} <= {"success", "skip"}


LINKED = {f"{source.partition('.')[0]}.{name}" for source, links in LINKS.items() for names in links for name in names}
"""The operations that need an item of another operation."""


def test_schemathesis_finds_no_fault(seed: str) -> None:
    cloud = served_cloud()
    options = "--phases", "examples,coverage,fuzzing", "--max-examples", str(settings().max_examples // 10)
    check(cloud, seed, DOCUMENTS, *options)
    assert {call.operation for call in cloud.calls if call.status < 300} >= PLACES.keys() - LINKED
    refused = {call.operation for call in cloud.calls if call.status == 400}
    assert refused >= {name for name, contract in CONTRACTS.items() if contract.can_be_wrong}


@pytest.mark.parametrize("package", DOCUMENTS)
def test_schemathesis_reaches_each_linked_operation(package: str, seed: str) -> None:
    wanted = {name for name in LINKED if name.startswith(package)}
    cloud, reached = served_cloud(), set[str]()
    # A random run may miss one.
    for more in range(5):
        options = "--phases", "stateful", "--max-examples", str(settings().max_examples)
        check(cloud, str(int(seed) + more), [package], *options)
        reached |= {call.operation for call in cloud.calls if call.status < 300}
        if reached >= wanted:
            break
    assert reached >= wanted
