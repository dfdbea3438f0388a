"""The checks of the documents fail on wrong code, on wrong output, and on blocks that no rule covers."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.blocks import blocks_in
from docs.output import check_output, commands_in
from docs.page import Page, check_page
from docs.shell import SESSIONS, SESSIONS_NOT_RUN, NoRuleError, session_names
from docs.typed_blocks import module_of
from toolchain.document import SPECS

Check = Callable[[str], None]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Return a function that checks the text of a page."""
    folder = tmp_path / "project"
    folder.mkdir()
    return lambda text: check_page(list(blocks_in(text, "page.md")), Page(folder, monkeypatch, SPECS))


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


ECHO = fenced('sh title="x.sh"', "echo 1")
WRONG = {
    "code that raises": fenced("python", "1 / 0"),
    "async code that raises": fenced("python", "import asyncio\nawait asyncio.sleep(0)\nassert False"),
    "wrong output": fenced("python", "print(1)") + fenced("text", "2"),
    "output that is too short": fenced("python", "print(1)\nprint(2)") + fenced("text", "1"),
    "wrong output of a command": ECHO + fenced("console", "$ sh x.sh\n2"),
    "output before a command": ECHO + fenced("console", "1\n$ sh x.sh"),
    "a command that fails": fenced("console", "$ sh missing.sh"),
    "a session that doesn't exist": fenced("console", "$ nox -s frobnicate"),
    "an unknown package": fenced("console", "$ pip install cloudkeyz"),
    "a test that fails": fenced("python", "def test_it(fake_cloud):\n    assert fake_cloud.calls"),
    "credentials without a key": fenced('ini title="~/.huaweicloud/credentials"', "[basic]\nak = x"),
    "unknown data": fenced('toml title="data.toml"', "[[leeks]]\nId = 1"),
    "a file that nothing uses": fenced('json title="x.json"', "{}"),
    "invalid JSON": fenced('json title="x.json"', "{") + fenced("python", "open('x.json')"),
    "a workflow whose command fails": fenced("yaml", "jobs: {a: {steps: [{run: sh missing.sh}]}}"),
    "a workflow that runs nothing": fenced("yaml", "jobs: {a: {steps: [{uses: x}]}}"),
    "a program that no command runs": fenced("python", '--8<-- "tests/tools/demo.py"'),
    "code in an admonition": "!!! note\n" + textwrap.indent(fenced("python", "1 / 0"), "    "),
    "code in a list": "- one\n\n" + textwrap.indent(fenced("python", "1 / 0"), "    "),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_wrong_block_fails_with_its_place(check: Check, text: str) -> None:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - anything that the code raises
        check(text)
    assert not isinstance(caught.value, NoRuleError)
    assert "page.md:" in "".join([str(caught.value), *getattr(caught.value, "__notes__", [])])


NO_RULE = {
    "an unknown language": fenced("perl", "print 1"),
    "indented code": "Text.\n\n    print(1)\n",
    "output of nothing": fenced("text", "1"),
    "the same output twice": fenced("python", "print(1)") + fenced("text", "1") * 2,
    "an unknown command": fenced("console", "$ rm -rf x"),
    "a file without a name": fenced("json", "{}"),
    "an unknown option of nox": fenced("console", "$ nox -k pages"),
    "a session that writes into the project": fenced("console", "$ nox -s pages -- --accept x"),
}


@pytest.mark.parametrize("text", NO_RULE.values(), ids=NO_RULE)
def test_a_block_that_no_rule_covers_fails(check: Check, text: str) -> None:
    with pytest.raises(NoRuleError):
        check(text)


@pytest.mark.parametrize(
    ("shown", "printed", "is_same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a", "a\nb", False),
        ("a\nb", "a", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", True),
        ("a\n...\nd", "a\nxd", False),
        ("a\n...", "b\na", False),
        ("...\nc", "a\nb", False),
        ("a\n...\nb\nc\n...\nd", "a\nb\nx\nc\nd", False),
        ("a\n...\na", "a", False),
        ("took ... s (x)", "took 1.5 s (x)", True),
        ("took ... s (x)", "took 1.5 s (y)", False),
        ("(x)", "x", False),
        ("", "a", False),
    ],
)
def test_output_is_compared_line_by_line(shown: str, printed: str, *, is_same: bool) -> None:
    with contextlib.nullcontext() if is_same else pytest.raises(AssertionError):
        check_output(shown, printed)


def test_a_command_can_continue_on_the_next_line() -> None:
    assert commands_in("$ a \\\n    b\nc\n$ d\n") == [("a b", "c\n"), ("d", "")]


def test_every_session_of_nox_is_either_run_or_not() -> None:
    assert session_names() == SESSIONS.keys() | SESSIONS_NOT_RUN
    assert not SESSIONS.keys() & SESSIONS_NOT_RUN


def test_a_module_for_type_checkers_keeps_the_line_numbers_of_its_page() -> None:
    text = "Text.\n\n" + fenced("python", "x = 1") + "\n" + fenced("python", "await y\nz")
    assert module_of(blocks_in(text, "page.md")).splitlines() == [
        *("", "", "", "x = 1", "", ""),
        *("async def _line_8() -> None:", "    await y", "    z"),
    ]
