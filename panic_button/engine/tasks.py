"""Tasks and threads that nothing forgets: a failure that nobody awaits ends in the log, and a stop ends them all."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")


class Tasks:
    """The tasks of one owner."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._ending: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def cancel(self) -> list[asyncio.Task[Any]]:
        """Tell them all to end, without waiting for it; each once: a second time would break off its cleaning up."""
        running = list(self._running)
        for task in running:
            if task not in self._ending:
                self._ending.add(task)
                task.cancel()
        return running

    async def stop(self) -> None:
        """Tell them all to end, and wait until they have."""
        if running := self.cancel():
            await asyncio.wait(running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self._ending.discard(task)
        if not task.cancelled() and (exc := task.exception()) is not None:
            _log.critical("A task ended with an error that nobody expected", exc_info=exc)


async def in_thread(work: Callable[[], _Value], *, limit_s: float) -> _Value:
    """Run what may block for ever in a thread of its own that can't hold up the program's end.

    Raises TimeoutError past the limit; the thread is left to itself.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Value] = loop.create_future()

    def settle(set_it: Callable[[], None]) -> None:
        if not done.done():
            set_it()

    def tell(set_it: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile: nobody awaits it any more
            loop.call_soon_threadsafe(settle, set_it)

    def run() -> None:
        try:
            value = work()
        except BaseException as exc:  # noqa: BLE001 - whatever it is belongs to the one who awaits
            error = exc
            tell(lambda: done.set_exception(error))
        else:
            tell(lambda: done.set_result(value))

    threading.Thread(target=run, name="blocking work", daemon=True).start()
    async with asyncio.timeout(limit_s):
        return await done
