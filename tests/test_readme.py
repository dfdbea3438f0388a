"""README.md tells the truth: its output is real, its code runs, its commands are those of CI."""

from __future__ import annotations

import re
import textwrap

import httpx
import pytest

import demo
from cloudkeys.testing import Answer
from cloudkeys.testing.recording import load_recording
from conftest import RECORDED
from driver import serving
from toolchain.document import SPECS

ROOT = SPECS.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_shown_output_is_what_the_demo_prints(capsys: pytest.CaptureFixture[str]) -> None:
    demo.main()
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    shown = blocks("text")[0].splitlines()
    assert len(shown) > 7
    assert [line for line in shown if line not in printed] == []


def service(request: httpx.Request) -> Answer:
    """Answer each operation from its page's example; secrets end after it, since the page is short."""
    if "x-acs-action" in request.headers:
        name = "alibaba_sas/leaks.toml"
    else:
        name = "huawei_csms/secrets.toml" if request.url.path.startswith("/v1/") else "huawei_iam_v3/access_key.toml"
    recorded = load_recording(RECORDED / name).response
    return Answer(recorded.status, recorded.body.encode())


def test_the_shown_sync_code_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")
    with serving(service) as base_url:
        exec(pointed(blocks("python")[0], base_url), {})  # noqa: S102 - the project's own README
    assert capsys.readouterr().out.startswith("LTAI4Fytv7ALKzkNVBV6**** https://github.com/")


def test_the_shown_async_code_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "ak")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "sk")
    with serving(service) as base_url:
        body = textwrap.indent(pointed(blocks("python")[1], base_url), "    ")
        exec(f"import asyncio, cloudkeys\nasync def main():\n{body}\nasyncio.run(main())", {})  # noqa: S102
    assert capsys.readouterr().out == "secret-name-test ENABLED\nactive None\n"


def pointed(code: str, base_url: str) -> str:
    found = re.sub(r'region="[^"]+"', f'base_url="{base_url}"', code)
    assert base_url in found
    return found


def test_both_commands_stand_in_the_first_lines_and_ci_runs_the_second() -> None:
    commands = [line for line in README.splitlines()[:30] if line.startswith("python3 -m pip")]
    assert len(commands) == 2
    assert commands[0].endswith("nox -s demo")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert ci.replace(" --quiet", "") == commands[1]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150
