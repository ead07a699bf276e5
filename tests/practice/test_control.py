"""The control endpoint, as a drill or a test in another process uses it."""

import re
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from panic_button.practice import SCENARIOS, Hang, PracticeExchange
from panic_button.practice.troubles import TABLE, Trouble

NEEDED: dict[str, dict[str, object]] = {
    "latency": {"seconds": 5},
    "answer": {"status": 503},
    "errorBody": {"shape": "html"},
    "slowBody": {"bytes_per_s": 100},
    "listingLag": {"seconds": 2},
    "feedDelay": {"seconds": 2},
    "portClosed": {"for_s": 1},
}


@pytest.fixture
def control(exchange: PracticeExchange, no_tls: ssl.SSLContext) -> Iterator[httpx.Client]:
    """A client that holds no token."""
    with httpx.Client(base_url=exchange.addresses.rest_url + "/practice", verify=no_tls) as client:
        yield client


def told(answer: httpx.Response) -> Any:  # noqa: ANN401 -- JSON
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def name_of(trouble: type[Trouble]) -> str:
    return str(trouble.__struct_config__.tag)


@pytest.mark.parametrize("trouble", TABLE, ids=name_of)
def test_every_trouble_can_be_switched_on_from_outside_and_is_told_back(
    control: httpx.Client, exchange: PracticeExchange, trouble: type[Trouble]
) -> None:
    needed = NEEDED.get(name_of(trouble), {})
    (switched,) = told(control.post("/faults", json={"trouble": name_of(trouble), **needed}))["faults"]
    assert (switched["trouble"], switched["on"]) == (name_of(trouble), trouble.usually)
    assert all(switched[name] == value for name, value in needed.items() if name != "for_s")
    (switch,) = exchange.faults.on()
    assert isinstance(switch.trouble, trouble)
    exchange.faults.clear()


def test_several_are_switched_on_at_once_counted_and_lifted(control: httpx.Client, exchange: PracticeExchange) -> None:
    asked = [
        {"trouble": "answer", "status": 503, "on": "cancels", "times": 2},
        {"trouble": "latency", "seconds": 0, "on": "listings", "for_s": 60},
    ]
    told(control.post("/faults", json=asked))
    token = {"Authorization": exchange.token}
    url = exchange.addresses.rest_url + "/session/cancelAllOrders"
    assert httpx.post(url, headers=token).status_code == 503
    first, second = told(control.get("/faults"))["faults"]
    assert (first["trouble"], first["on"], first["times"], first["for_s"]) == ("answer", "cancels", 1, None)
    assert (second["on"], second["times"]) == ("listings", None)
    assert 0 < second["for_s"] <= 60
    assert told(control.delete("/faults")) == {"scenario": "calm", "faults": []}
    assert httpx.post(url, headers=token).status_code == 200


def test_a_happening_can_be_had_now(control: httpx.Client, exchange: PracticeExchange) -> None:
    assert told(control.post("/faults", json={"trouble": "tokensRevoked", "on": "now"}))["faults"] == []
    assert not exchange.book.account.knows(exchange.token)


def test_a_scenario_is_set_told_and_replaces_what_was_on(control: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.faults.add(Hang())
    assert told(control.post("/scenario", json={"name": "half-fail"}))["name"] == "half-fail"
    assert told(control.get("/faults")) == {"scenario": "half-fail", "faults": []}
    httpx.post(exchange.addresses.rest_url + "/session/cancelAllOrders", headers={"Authorization": exchange.token})
    (fault,) = told(control.get("/faults"))["faults"]
    assert fault["trouble"] == "ordersRefused"
    assert told(control.get("/scenario"))["scenarios"].keys() == SCENARIOS.keys()


def test_the_book_and_the_log_tell_the_truth_while_nothing_is_answered(
    control: httpx.Client, exchange: PracticeExchange
) -> None:
    exchange.faults.add(Hang())
    url, token = exchange.addresses.rest_url + "/session/cancelAllOrders", {"Authorization": exchange.token}
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(url, headers=token, timeout=0.1)
    open_ids = [order.id for order in exchange.book.open_orders()]
    assert told(control.get("/book")) == {"open_orders": 12, "ids": open_ids}
    (request,) = told(control.get("/log"))["requests"]
    assert (request["surface"], request["what"], request["open_orders"]) == ("rest", "cancelAllOrders", 12)
    assert request["at"] == exchange.log[0].at


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("", "JSON"),
        ("[", "JSON"),
        ("7", "object"),
        ('{"trouble": "earthquake"}', "no trouble is named 'earthquake'; there are .*latency"),
        ('{"trouble": "latency"}', "seconds"),
        ('{"trouble": "latency", "seconds": 121}', "120"),
        ('{"trouble": "latency", "seconds": -1}', "0"),
        ('{"trouble": "latency", "seconds": "5"}', "float"),
        ('{"trouble": "latency", "seconds": 5, "minutes": 1}', "minutes"),
        (
            '{"trouble": "latency", "seconds": 5, "on": "breakfast"}',
            "no request is named 'breakfast'; known: .*cancels",
        ),
        ('{"trouble": "latency", "seconds": 5, "on": "now"}', "no request is named 'now'"),
        ('{"trouble": "latency", "seconds": 5, "times": 0}', "times"),
        ('{"trouble": "latency", "seconds": 5, "for_s": 0}', "for_s"),
        ('{"trouble": "answer", "status": 299}', "no HTTP status is 299"),
        ('{"trouble": "listingLag", "seconds": 2, "times": 3}', "ListingLag can't be counted"),
        ('{"trouble": "listingLag", "seconds": 2, "on": "getUnmatched"}', "ListingLag is not for single requests"),
        ('{"trouble": "portClosed"}', "for_s"),
        ('[{"trouble": "hang"}, {"trouble": "earthquake"}]', "earthquake"),
        ('[{"trouble": "hang"}, {"trouble": "listingLag", "seconds": 2, "times": 3}]', "can't be counted"),
        ('{"trouble": "hang", "on": "' + "x" * 70_000 + '"}', "65536 bytes"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence_and_changes_nothing(
    control: httpx.Client, exchange: PracticeExchange, asked: str, why: str
) -> None:
    answer = control.post("/faults", content=asked)
    assert (answer.status_code, answer.json().keys()) == (400, {"error"})
    sentence = answer.json()["error"]
    assert sentence.startswith("Nothing was changed: ")
    assert sentence.endswith(".")
    assert re.search(why, sentence)
    assert exchange.faults.on() == []


@pytest.mark.parametrize("asked", [{"name": "doom"}, {"name": 7}, {}, {"name": "calm", "loud": True}])
def test_a_scenario_that_is_not_there_leaves_the_one_that_is_set(
    control: httpx.Client, exchange: PracticeExchange, asked: dict[str, object]
) -> None:
    told(control.post("/scenario", json={"name": "rival-bot"}))
    assert control.post("/scenario", json=asked).status_code == 400
    assert exchange.faults.scenario == "rival-bot"


def test_a_scenario_by_a_wrong_name_is_refused_in_process_too() -> None:
    with pytest.raises(ValueError, match="'doom'; there are calm, half-fail"):
        PracticeExchange(scenario="doom")
