"""What a drill or a test in another process may ask of the practice exchange, beside what 4casters offers.

No token is needed, for it listens on loopback alone. What is asked wrongly gets 400 and a sentence, and
changes nothing.

    GET    /practice/faults     the scenario, and every fault that is on
    POST   /practice/faults     one fault or a list of them: {"trouble": "latency", "seconds": 5, "on": "anyCancel"}
    DELETE /practice/faults     lift everything
    GET    /practice/scenario   the scenario, and those that there are
    POST   /practice/scenario   {"name": "rival-bot"}
    GET    /practice/book       the truth: how many orders are open, and their ids
    GET    /practice/log        the requests so far; `at` is in seconds and has no meaning but as a difference

Beside its own settings (troubles.py) a fault takes `on` (operations.py; "now" for what shall not wait for a request),
`times` and `for_s`. Answers hold `data`, or `error` with the sentence.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from panic_button.practice.faults import Step, Switch, check
from panic_button.practice.forms import json_response
from panic_button.practice.scenarios import SCENARIOS, begin
from panic_button.practice.troubles import ANY_TROUBLE, TABLE
from panic_button.practice.venue import Venue

_LARGEST_BODY = 64 * 1024
_NAMES = {str(trouble.__struct_config__.tag) for trouble in TABLE}


class _When(msgspec.Struct, frozen=True):
    on: str | None = None
    times: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    for_s: Annotated[float, Meta(gt=0, le=120)] | None = None


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str


def _faults(venue: Venue) -> object:
    return {"scenario": venue.faults.scenario, "faults": [_told(venue, switch) for switch in venue.faults.on()]}


def _told(venue: Venue, switch: Switch) -> dict[str, object]:
    left = None if switch.ends_at is None else (switch.ends_at - venue.faults.now()).total_seconds()
    when = {"on": switch.on, "times": switch.times, "for_s": left}
    return {**msgspec.to_builtins(switch.trouble), **when}


def _add_faults(venue: Venue, body: bytes) -> object:
    asked = msgspec.json.decode(body, type=list[dict[str, object]] | dict[str, object])
    steps = [_step(one) for one in (asked if isinstance(asked, list) else [asked])]
    for step in steps:
        venue.faults.add(step.trouble, on=step.on, times=step.times, for_s=step.for_s)
    return _faults(venue)


def _step(asked: dict[str, object]) -> Step:
    if asked.get("trouble") not in _NAMES:
        raise ValueError(f"no trouble is named {asked.get('trouble')!r}; there are {', '.join(sorted(_NAMES))}")
    settings = {name: value for name, value in asked.items() if name not in _When.__struct_fields__}
    when = msgspec.convert(asked, _When)
    step = Step(msgspec.convert(settings, ANY_TROUBLE), when.on, when.times, when.for_s)
    check(step)
    return step


def _lift_faults(venue: Venue) -> object:
    venue.faults.clear()
    return _faults(venue)


def _scenario(venue: Venue) -> object:
    sentences = {name: scenario.sentence for name, scenario in SCENARIOS.items()}
    return {"name": venue.faults.scenario, "scenarios": sentences}


def _set_scenario(venue: Venue, body: bytes) -> object:
    begin(venue.faults, msgspec.json.decode(body, type=_Named).name)
    return _scenario(venue)


def _book(venue: Venue) -> object:
    open_ids = [order.id for order in venue.book.open_orders()]
    return {"open_orders": len(open_ids), "ids": open_ids}


def _log(venue: Venue) -> object:
    return {"requests": [asdict(request) for request in venue.log]}


def routes(venue: Venue) -> list[Route]:
    asked: dict[tuple[str, str], Callable[[Venue], object]] = {
        ("GET", "faults"): _faults,
        ("DELETE", "faults"): _lift_faults,
        ("GET", "scenario"): _scenario,
        ("GET", "book"): _book,
        ("GET", "log"): _log,
    }
    told: dict[tuple[str, str], Callable[[Venue, bytes], object]] = {
        ("POST", "faults"): _add_faults,
        ("POST", "scenario"): _set_scenario,
    }
    return [
        *(Route(f"/practice/{name}", _answering(venue, act), methods=[way]) for (way, name), act in asked.items()),
        *(Route(f"/practice/{name}", _obeying(venue, act), methods=[way]) for (way, name), act in told.items()),
    ]


def _answering(venue: Venue, act: Callable[[Venue], object]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        return json_response(200, {"data": act(venue)})

    return answer


def _obeying(venue: Venue, act: Callable[[Venue, bytes], object]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST_BODY:
                return _refused(f"the body is over {_LARGEST_BODY} bytes")
        try:
            return json_response(200, {"data": act(venue, bytes(body))})
        except msgspec.ValidationError as wrong:
            return _refused(str(wrong))
        except msgspec.DecodeError:
            return _refused("the body is not JSON")
        except ValueError as wrong:
            return _refused(str(wrong))

    return answer


def _refused(why: str) -> Response:
    return json_response(400, {"error": f"Nothing was changed: {why}."})
