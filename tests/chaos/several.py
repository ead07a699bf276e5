"""Many runs at once: a few processes with many threads each, for most of a run is waiting."""

from __future__ import annotations

import logging
import multiprocessing
import os
import queue
import ssl
import threading
from collections.abc import Iterable, Iterator
from multiprocessing.queues import Queue

from panic_button.exchange import connection
from tests.chaos.plans import plan_of
from tests.chaos.runs import Report, carry_out
from tests.chaos.slowness import Slowness

AT_A_TIME = 40
_LOOK_S = 5.0


def carried_out(seeds: Iterable[int], *, parallel: int = AT_A_TIME) -> Iterator[Report]:
    """The report of every seed, as each comes to its end."""
    context = multiprocessing.get_context("spawn")
    todo: Queue[int | None] = context.Queue()
    done: Queue[Report] = context.Queue()
    left = 0
    for seed in seeds:
        todo.put(seed)
        left += 1
    threads = max(min(parallel, left), 1)
    of_each = [len(range(number, threads, _cores())) for number in range(min(_cores(), threads))]
    workers = [context.Process(target=_work, args=(todo, done, count), daemon=True) for count in of_each]
    for _ in range(threads):
        todo.put(None)
    for worker in workers:
        worker.start()
    while left:
        try:
            yield done.get(timeout=_LOOK_S)
        except queue.Empty:
            if not any(worker.is_alive() for worker in workers):
                raise RuntimeError(f"the runs ended with {left} of them not told of") from None
        else:
            left -= 1
    for worker in workers:
        worker.join()


def _cores() -> int:
    return os.cpu_count() or 1


def _work(todo: Queue[int | None], done: Queue[Report], count: int) -> None:
    """A process: so many runs at a time until there are no more. What fails is in the reports, not in the log."""
    logging.getLogger("panic_button").setLevel(logging.CRITICAL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loopback needs no certificates, and they take 40 ms to load
    connection.tls_context = lambda: context
    slowness = Slowness()

    def one_after_another() -> None:
        while (seed := todo.get()) is not None:
            done.put(carry_out(plan_of(seed), slowness))

    threads = [threading.Thread(target=one_after_another) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
