"""Assertions of helpers, shown as those of tests are."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("clients.failing")
