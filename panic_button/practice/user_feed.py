"""The user feed's socket: every message of the account from the handshake on, and no snapshot first.

What the faults make of the messages is done here, client by client: the replay keeps the truth.
"""

import asyncio
from collections.abc import Iterator, Sequence

from panic_button.practice.faults import Faults
from panic_button.practice.feed import Message
from panic_button.practice.forms import GARBAGE
from panic_button.practice.line import Line
from panic_button.practice.troubles import FeedDelay, FeedDrop, FeedGarbage, FeedShuffled, FeedTwice
from panic_button.practice.venue import Venue
from panic_button.practice.wording import encode


class UserFeed:
    """One client's feed."""

    def __init__(self, venue: Venue, line: Line) -> None:
        self._venue = venue
        self._faults = venue.faults
        self._line = line
        self._batches: asyncio.Queue[tuple[float, Sequence[Message]]] = asyncio.Queue()

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()

        def hand_on(batch: Sequence[Message]) -> None:
            came_at = self._faults.now().timestamp()
            loop.call_soon_threadsafe(self._batches.put_nowait, (came_at, batch))

        unsubscribe = self._venue.book.stream.subscribe(hand_on)
        try:
            if await self._line.opens():
                await self._tell()
        finally:
            unsubscribe()

    async def _tell(self) -> None:
        telling = asyncio.create_task(self._send_batches())
        async for _ in self._line.frames():
            pass  # the feed takes no commands
        telling.cancel()

    async def _send_batches(self) -> None:
        while True:
            came_at, batch = await self._batches.get()
            for switch in self._faults.turns(FeedDelay):
                if isinstance(delay := switch.trouble, FeedDelay):
                    waited = self._faults.now().timestamp() - came_at
                    await self._faults.hold(switch, delay.seconds - waited, self._line.is_gone)
            for frame in _told(self._faults, await self._shuffled(batch)):
                await self._line.send(frame)
                await asyncio.sleep(0)

    async def _shuffled(self, batch: Sequence[Message]) -> Sequence[Message]:
        """The batch with what comes soon after it, in any order, where the feed is out of order."""
        for switch in self._faults.turns(FeedShuffled):
            if isinstance(shuffled := switch.trouble, FeedShuffled):
                await self._faults.hold(switch, shuffled.within_s, self._line.is_gone)
                together = list(batch)
                while not self._batches.empty():
                    together += self._batches.get_nowait()[1]
                self._faults.rng.shuffle(together)
                return together
        return batch


def _told(faults: Faults, batch: Sequence[Message]) -> Iterator[str]:
    """The frames in which the feed tells these messages."""
    for message in batch:
        frame = encode(message).decode()
        if _strikes(faults, FeedGarbage):
            yield GARBAGE
        if not _strikes(faults, FeedDrop):
            yield frame
        if _strikes(faults, FeedTwice):
            yield frame


def _strikes(faults: Faults, kind: type[FeedDrop | FeedTwice | FeedGarbage]) -> bool:
    """Whether chance, drawn from the seed, has this message."""
    return any(
        isinstance(switch.trouble, kind) and faults.rng.random() < switch.trouble.share and faults.takes_turn(switch)
        for switch in faults.on()
    )
