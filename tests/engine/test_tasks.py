"""Tasks that nothing forgets."""

from __future__ import annotations

import asyncio

from panic_button.engine.tasks import Tasks


def test_a_task_that_cleans_up_is_not_broken_off_by_a_second_stop() -> None:
    cleaned: list[str] = []

    async def work(cleaning: asyncio.Event, may_go_on: asyncio.Event) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await may_go_on.wait()
            cleaned.append("up")

    async def main() -> None:
        tasks, cleaning, may_go_on = Tasks(), asyncio.Event(), asyncio.Event()
        tasks.start(work(cleaning, may_go_on))
        await asyncio.sleep(0)
        first = asyncio.ensure_future(tasks.stop())
        await cleaning.wait()
        first.cancel()  # who waited for the stop was stopped itself
        await asyncio.wait([first])
        may_go_on.set()
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
