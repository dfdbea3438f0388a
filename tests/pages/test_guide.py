"""The guide to a page's change shows real output: every shown line is printed, in this order, by the shown commands."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from pages.frozen_specs import copy_of_frozen
from toolchain.document import SPECS
from toolchain.generate import generate
from toolchain.pages import explain, new, places
from toolchain.pages.__main__ import main

GUIDE = (SPECS / "pages" / "README.md").read_text(encoding="utf-8")
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {"pages": main, "explain": explain.main, "new": new.main}
OMITTED = "..."


def shown() -> list[tuple[str, list[str]]]:
    """Return the commands of the guide, each with the lines that it shows below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def run(command: str, specs: Path) -> None:
    nox, switch, session, *rest = shlex.split(command)
    assert (nox, switch) == ("nox", "-s")
    arguments = [str(SPECS.parent / one) if (SPECS.parent / one).is_file() else one for one in rest if one != "--"]
    COMMANDS[session](["--specs", str(specs), *arguments])


def take_generated_modules() -> dict[str, ModuleType]:
    """Return the generated modules that are imported, which aren't any more."""
    places.generated_names.cache_clear()
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "cloudkeys_api"}


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The specs of the guide's day, with the code that was generated from them."""
    folder = copy_of_frozen(tmp_path)
    generate(folder, tmp_path / "cloudkeys_api")
    monkeypatch.syspath_prepend(tmp_path)
    todays = take_generated_modules()
    yield folder
    take_generated_modules()
    sys.modules.update(todays)


def test_the_shown_output_is_real(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, lines in shown():
        run(command, specs)
        output = capsys.readouterr()
        printed = iter((output.out + output.err).splitlines())
        for line in lines:
            if line != OMITTED:
                assert any(line.rstrip() == real.rstrip() for real in printed), f"{command}: {line}"


def test_every_command_shows_something() -> None:
    commands = shown()
    assert len(commands) >= 6
    assert [command for command, lines in commands if not [line for line in lines if line != OMITTED]] == []


def test_every_module_has_its_row() -> None:
    rows = set(re.findall(r"`(\w+\.py)`", GUIDE))
    modules = {file.name for file in (SPECS / "toolchain" / "pages").glob("*.py")}
    assert rows == modules - {"__init__.py", "__main__.py"}
