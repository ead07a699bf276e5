"""Tasks that nothing forgets."""

from __future__ import annotations

import asyncio

from panic_button.engine.tasks import Tasks


def test_a_task_that_cleans_up_is_not_broken_off_by_a_second_stop() -> None:
    cleaned: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            cleaned.append("up")

    async def main() -> None:
        tasks = Tasks()
        tasks.start(work())
        await asyncio.sleep(0)
        first = asyncio.ensure_future(tasks.stop())
        await asyncio.sleep(0.003)  # until it cleans up
        first.cancel()  # who waited for the stop was stopped itself
        await tasks.stop()

    asyncio.run(main())
    assert cleaned == ["up"]


def test_a_stop_reaches_a_task_whose_time_is_up_in_the_same_moment() -> None:
    async def work() -> None:
        while True:
            try:
                async with asyncio.timeout(0):
                    await asyncio.Event().wait()
            except TimeoutError:
                await asyncio.sleep(0)

    async def main() -> None:
        tasks = Tasks()
        tasks.start(work())
        for _ in range(7):
            await asyncio.sleep(0)
        await asyncio.wait_for(tasks.stop(), 5)

    asyncio.run(main())
