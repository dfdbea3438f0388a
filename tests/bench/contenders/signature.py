"""A signature in a few lines, for the contenders that bring none."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from contenders import KEY_ID, SECRET


def signed(host: str, path: str, query: str, method: str = "GET", content: bytes = b"") -> dict[str, str]:
    """Return the headers that sign a request for Huawei Cloud."""
    date = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names, digest = "host;x-sdk-date", hashlib.sha256(content).hexdigest()
    canonical = f"{method}\n{path}/\n{query}\nhost:{host}\nx-sdk-date:{date}\n\n{names}\n{digest}"
    to_sign = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(SECRET.encode(), to_sign.encode(), "sha256").hex()
    value = f"SDK-HMAC-SHA256 Access={KEY_ID}, SignedHeaders={names}, Signature={signature}"
    return {"X-Sdk-Date": date, "Authorization": value}
