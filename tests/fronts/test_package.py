"""The package: its public names, its errors, and what importing it loads."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import cloudkeys
from cloudkeys import errors
from runtime.calls import error_classes

PUBLIC = {
    *("Alibaba", "AsyncAlibaba", "Huawei", "AsyncHuawei", "Listing", "AsyncListing", "Page"),
    *("AccessKey", "Password", "Connections", "RetryPolicy", "CloudkeysError", "__version__"),
}


def run(code: str) -> list[str]:
    """Return the words that a program prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("module", ["cloudkeys", "cloudkeys.errors"])
def test_importing_the_package_loads_nothing_else(module: str) -> None:
    heavy = {"asyncio", "attr", "attrs", "cloudkeys_api", "httpx", "msgspec", "ssl", "stamina"}
    code = f"import sys; before = set(sys.modules); import {module}; print(*sorted(set(sys.modules) - before))"
    loaded = set(run(code))
    assert module in loaded
    assert not heavy & loaded


def test_all_public_names_are_listed_and_importable() -> None:
    listed = run("import cloudkeys; print(*dir(cloudkeys))")
    assert set(listed) >= PUBLIC | {"errors"}
    assert len(listed) == len(set(listed))
    names = ", ".join(sorted(PUBLIC))
    code = f"from cloudkeys import {names}; import cloudkeys; print(*vars(cloudkeys), cloudkeys.errors.StatusError)"
    assert set(run(code)) >= PUBLIC


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="module 'cloudkeys' has no attribute 'Aws'"):
        getattr(cloudkeys, "Aws")  # noqa: B009 - type checkers know that it isn't there
    with pytest.raises(ImportError, match="cannot import name 'Aws'"):
        exec("from cloudkeys import Aws")  # noqa: S102 - likewise


def test_the_docstring_draws_the_tree_of_the_error_classes() -> None:
    drawn: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r" {4}((?:[│ ] {3}|[├└]── )*)(\w+Error)\b", line):
            path[len(found[1]) // 4 :] = [found[2]]
            drawn[found[2]] = path[-2] if len(path) > 1 else None
    assert drawn == {
        kind.__name__: next((base.__name__ for base in kind.__bases__ if issubclass(base, errors.CloudkeysError)), None)
        for kind in error_classes()
    }
