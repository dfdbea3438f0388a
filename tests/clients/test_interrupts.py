"""What signal handlers raise in the midst of calls leaves the client usable."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clients.transports import Service, served

INTERRUPTED = '''
import random, signal, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
import httpx
from cloudkeys import Huawei, RetryPolicy

class Deadline(KIND):
    """What a handler raises."""

def interrupt(signum, frame):
    raise Deadline

signal.signal(signal.SIGALRM, interrupt)
once = RetryPolicy(attempts=1)
huawei = Huawei(base_url=sys.argv[1], token="t", retry=once, timeout=httpx.Timeout(20, pool=5))
show = huawei.iam_v3.show_permanent_access_key
stop = threading.Event()

def work():
    count = 0
    while not stop.is_set():
        assert show("worker").credential.access == "worker"
        count += 1
    return count

seed = random.Random(int(sys.argv[2]))
caught = 0
started = time.monotonic()
for _ in range(20):
    show("AK")
one_call = (time.monotonic() - started) / 20
with ThreadPoolExecutor(1) as pool:
    worker = pool.submit(work)
    while caught < 300:
        try:
            # Now and then again, in case that httpcore waits for a lock that an interrupt left held.
            signal.setitimer(signal.ITIMER_REAL, seed.uniform(1e-6, 2 * one_call), 0.5)
            while True:
                number = str(seed.randrange(10**6))
                assert show(number).credential.access == number
        except Deadline:
            caught += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    stop.set()
    assert worker.result(20) > 0
assert show("AK").credential.access == "AK"
huawei.close()
print("done")
'''


@pytest.mark.parametrize("kind", ["Exception", "BaseException"])
def test_hundreds_of_interrupts_at_random_moments_leave_the_client_usable(kind: str) -> None:
    service = Service()
    with served(service) as base_url:
        command = [sys.executable, "-c", INTERRUPTED.replace("KIND", kind), base_url, "7"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert done.stdout == "done\n"
