from __future__ import annotations

import pytest

from callers import TARGETS
from tools import demo


def test_the_demo_shows_every_operation(capsys: pytest.CaptureFixture[str]) -> None:
    demo.main()
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert {line.split()[1] for line in lines if line.startswith("│ ")} > {name.partition(".")[2] for name in TARGETS}
    shown = "\n".join(lines)
    for text in ("403 PermissionDeniedError: IAM.0003", "404 NotFoundError: EntityNotExist.User", "204 (no body)"):
        assert text in shown
