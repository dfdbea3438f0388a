"""However much a service sends, the client takes little memory for it."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest

from cloudkeys.errors import ResponseTooLargeError
from cloudkeys.testing import FakeResponse
from contract.tally import trying
from driver import serving
from shells import SHELLS, TARGETS, Shell

OPERATION = "huawei_csms.ListSecrets"
"""One for all: bodies are read before it matters whose they are."""
each_shell = pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
MEGABYTE = 1 << 20


def bomb(window_bits: int) -> bytes:
    """Return 1 GB of zeros, packed into 1 MB: a megabyte that is packed on its own, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    first, again = (packer.compress(b"0" * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * 999


def peak_of(answer: FakeResponse, largest: int, shell: Shell) -> int:
    """Return how many bytes a call takes that ends in too large a response."""
    with serving(lambda _: answer) as base_url:
        tracemalloc.start()
        try:
            with trying(OPERATION, answer.status, "damaged response"), pytest.raises(ResponseTooLargeError) as caught:
                shell(TARGETS[OPERATION], base_url, settings={"largest_response": largest})
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert caught.value.status_code == answer.status
    assert len(caught.value.content) == largest
    return peak


@each_shell
def test_a_body_of_100_megabytes_takes_no_more_memory_than_the_client_may_read(shell: Shell) -> None:
    body = bytes(100_000_000)
    for status in (200, 500):
        assert peak_of(FakeResponse(status, body), 4 * MEGABYTE, shell) < 4 * 4 * MEGABYTE


@each_shell
def test_a_megabyte_that_unpacks_to_a_gigabyte_takes_a_small_part_of_that(shell: Shell) -> None:
    for status, encoding, window_bits in ((200, "gzip", 31), (500, "deflate", 15)):
        answer = FakeResponse(status, bomb(window_bits), {"Content-Encoding": encoding})
        assert len(answer.body) < 1.1 * MEGABYTE
        assert peak_of(answer, MEGABYTE, shell) < 8 * MEGABYTE
