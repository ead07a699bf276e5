"""Made-up orders in any number: the values of a listing, and the body of an answer to a cancel-all."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from panic_button.core.model import OpenOrder

_TEAMS = ("Lakers", "Celtics", "Chiefs", "Bills", "Rangers", "Oilers", "Djokovic", "Arsenal", "Inter")


def open_orders(number: int) -> tuple[OpenOrder, ...]:
    return tuple(
        OpenOrder(
            order_id=f"65b{place:021x}",
            description=f"{_TEAMS[place % len(_TEAMS)]} {place % 1_013} ML",
            odds=Decimal(-101 - place * 7 % 400),
            bet=Decimal(10 + place * 31 % 5_000),
            filled=Decimal(0),
            user_reference=f"maker-{place % 97}",
        )
        for place in range(number)
    )


def cancel_answer(orders: tuple[OpenOrder, ...]) -> bytes:
    """As REST sends it: every order cancelled."""
    rows = [
        {
            "success": True,
            "sessionID": order.order_id,
            "description": order.description,
            "odds": int(order.odds or 0),
            "filled": 0,
            "remaining": int(order.bet or 0),
            "userReference": order.user_reference,
        }
        for order in orders
    ]
    return msgspec.json.encode({"data": rows})
