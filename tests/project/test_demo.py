from __future__ import annotations

import pytest

from tools import demo


def test_the_demo_shows_all_operations_and_an_error_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    demo.main()
    shown = capsys.readouterr().out
    for text in (
        *("DescribeAccesskeyLeakList", "ListAccessKeys", "ShowPermanentAccessKey", "ListSecrets"),
        *("LTAI4Fytv7ALKzkNVBV6****", "2023-09-13 06:51:20.550000+00:00", "LOSZM4YRVLKOY9E8...", "secret-name-test"),
        *("NoPermission", "IAM.0004", "Could not find credential.", "KMS.0303"),
    ):
        assert text in shown
    assert shown.count("sync and async") == 4
