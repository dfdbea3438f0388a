"""Other generators accept the specs unchanged, without the toolchain's preparation."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from specs import DOCUMENTS
from toolchain.document import SPECS


def models(spec: Path, output: Path) -> list[str]:
    options = ["--input-file-type", "openapi", "--output-model-type", "msgspec.Struct", "--formatters", "builtin"]
    return ["datamodel_code_generator", "--input", str(spec), "--output", str(output / "models.py"), *options]


def client(spec: Path, output: Path) -> list[str]:
    options = ["--path", str(spec), "--output-path", str(output / "stock_client")]
    return ["openapi_python_client", "generate", *options, "--meta", "none", "--fail-on-warning"]


TOOLS = {"datamodel-code-generator": models, "openapi-python-client": client}


def run(tool: str, spec: Path, output: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *TOOLS[tool](spec, output)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("package", sorted(DOCUMENTS))
@pytest.mark.parametrize("tool", TOOLS)
def test_another_generator_accepts_each_spec(tool: str, package: str, tmp_path: Path) -> None:
    done = run(tool, SPECS / f"{package}.yaml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    modules = list(tmp_path.rglob("*.py"))
    assert modules
    for module in modules:
        compile(module.read_text(encoding="utf-8"), str(module), "exec")


def test_a_stock_client_sends_an_action_as_a_header_and_no_fragment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("openapi-python-client", SPECS / "alibaba_ims.yaml", tmp_path).returncode == 0
    monkeypatch.syspath_prepend(str(tmp_path))
    stock, get_user = (importlib.import_module(f"stock_client{name}") for name in ("", ".api.users.get_user"))
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"RequestId": "r"})

    with httpx.Client(base_url="https://ims.aliyuncs.com", transport=httpx.MockTransport(respond)) as http:
        client = stock.Client(base_url="https://ims.aliyuncs.com").set_httpx_client(http)
        assert get_user.sync(client=client, user_principal_name="one").request_id == "r"
    (request,) = sent
    assert (request.method, request.url.raw_path) == ("POST", b"/?UserPrincipalName=one")
    assert request.headers["x-acs-action"] == "GetUser"
