# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""Where the API answers: URLs, each with the patterns of the regions that it serves."""

from typing import Final

SERVERS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("https://iam.{region}.myhuaweicloud.com", ("*",)),
    ("https://iam.{region}.myhuaweicloud.eu", ("eu-west-1*",)),
)
"""URLs, and the patterns of the regions that each serves; the longest pattern that matches decides."""
