"""The practice exchange: a simulated 4casters on loopback, with real HTTP, real WebSockets, and faults on demand.

It imports nothing else of the package: a stand-in that shared the client's decoding would share its mistakes.
"""

from panic_button.practice import troubles
from panic_button.practice.faults import Faults, Step
from panic_button.practice.scenarios import SCENARIOS
from panic_button.practice.server import Addresses, PracticeExchange, serve
from panic_button.practice.troubles import Answer, Cut, Hang, Latency, OrdersRefused

__all__ = [
    "SCENARIOS",
    "Addresses",
    "Answer",
    "Cut",
    "Faults",
    "Hang",
    "Latency",
    "OrdersRefused",
    "PracticeExchange",
    "Step",
    "serve",
    "troubles",
]
