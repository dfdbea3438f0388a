"""README.md tells the truth: its output is real, its code runs, its commands are those of CI."""

from __future__ import annotations

import re

import pytest

import demo
from cloudkeys.testing.recording import Recording
from cloudkeys.testing.replay import replay
from toolchain.document import SPECS

ROOT = SPECS.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_shown_output_is_what_the_demo_prints(capsys: pytest.CaptureFixture[str]) -> None:
    demo.main()
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    shown = blocks("text")[0].splitlines()
    assert len(shown) > 15
    assert [line for line in shown if line not in printed] == []


def test_the_shown_code_runs(recordings: list[Recording], capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    with replay(recordings) as base_url:
        for project_id in (demo.PROJECT, "unknown"):
            pointed = code.replace("https://kms.cn-north-4.myhuaweicloud.com", base_url)
            assert base_url in pointed
            exec(pointed, {"token": "t", "project_id": project_id})  # noqa: S102 - the project's own README
    assert capsys.readouterr().out == "secret-name-test ENABLED\n501 None None\n"


def test_both_commands_stand_in_the_first_lines_and_ci_runs_the_second() -> None:
    commands = [line for line in README.splitlines()[:30] if line.startswith("python3 -m pip")]
    assert len(commands) == 2
    assert commands[0].endswith("nox -s demo")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert ci.replace(" --quiet", "") == commands[1]


def test_every_task_is_listed() -> None:
    listed = set(re.findall(r"^[-*] (\w+)", blocks("text")[-1], re.MULTILINE))
    defined = re.findall(r"^@nox\.session\n(?:@.*\n)?def (\w+)", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    assert listed == set(defined)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150
