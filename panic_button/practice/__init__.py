"""The practice exchange: a simulated 4casters on loopback, with real HTTP, real WebSockets, and faults on demand.

It imports nothing else of the package: a stand-in that shared the client's decoding would share its mistakes.
"""

from panic_button.practice.faults import Answer, Cut, Faults, Hang, Latency, OrdersRefused
from panic_button.practice.server import Addresses, PracticeExchange, serve

__all__ = [
    "Addresses",
    "Answer",
    "Cut",
    "Faults",
    "Hang",
    "Latency",
    "OrdersRefused",
    "PracticeExchange",
    "serve",
]
