"""What README.md promises beyond its code blocks, which `tests/docs` proves: its commands, and its length."""

from __future__ import annotations

from toolchain.document import SPECS

ROOT = SPECS.parent
README = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


def test_the_readme_gives_both_commands_and_ci_runs_the_second() -> None:
    commands = [line for line in README if line.startswith("python3 -m pip")]
    assert len(commands) == 2
    assert commands[0].endswith("nox -s demo")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert ci.replace(" --quiet", "") == commands[1]


def test_the_readme_is_short() -> None:
    assert len(README) < 160
