"""The package holds no code that places or edits an order, practice/ apart: read from its source, not believed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "panic_button"
PATHS = {
    "/session/cancelAllOrders",
    "/session/cancelAllOrdersForGame",
    "/session/cancelMultiple",
    "/session/lookupOrder",
    "/user/getMe",
    "/user/getUnmatched",
    "/user/login",
    "/user/logout",
}
SOCKET_COMMANDS = {"cancelAll", "cancelAllByGame", "cancelMultiple"}
PLACING = re.compile(r"\bplace(V\d+|Order)?$|/place|editOrder|ordersHeartbeat|resumeOrders", re.IGNORECASE)


def constants() -> Iterator[tuple[Path, str]]:
    for path in PACKAGE.rglob("*.py"):
        if path.is_relative_to(PACKAGE / "practice"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


def test_every_path_of_the_exchange_that_is_named_only_reads_cancels_or_signs_in() -> None:
    named = {text for _, text in constants() if re.match(r"/(user|session|exchange)/", text)}
    assert named == PATHS


def test_every_command_of_the_orders_socket_that_is_named_cancels() -> None:
    tree = ast.parse((PACKAGE / "exchange" / "orders_socket.py").read_text(encoding="utf-8"))
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._ask"]
    assert {ast.literal_eval(call.args[0]) for call in asked} == SOCKET_COMMANDS


def test_no_text_in_the_package_is_a_way_to_place_or_edit() -> None:
    assert [(path.name, text) for path, text in constants() if PLACING.search(text)] == []
