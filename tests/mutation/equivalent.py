"""Mutants that mean the same as the original, and why: they are left out of the score.

Each is told by the beginning of its line in the report, without file ending and line number.
"""

from __future__ import annotations

_BY_STARTED = "`started` says it before anything asks"
_BY_AVAILABLE = "a route comes by `available`, which forgets every pause and refusal, and with a press"
_NO_TIME = "no time is below 0"
_ONE = "one listing is never half a second apart from itself"
_ORDER = "tries are only compared with each other"
_WORD = "while the word of a listing stands that an order is open, it is NOT CLEAR"
_TYPES = "only for the type checker: it is always set by then"

EQUIVALENT = {
    "mass_cancel: def __init__(self, spent: Iterable[float]=(), *, watch_at_least": "the rule is longer than a second",
    "mass_cancel: self._only_asks = False -> ": _BY_STARTED,
    "mass_cancel: self._locked = False -> ": _BY_STARTED,
    "mass_cancel: self._clock_since = 0.0 -> ": _BY_STARTED,
    "mass_cancel: return Waiting(step=Step.SIGN_IN, since=self._heard or 0.0": _TYPES,
    "mass_cancel: if due and asked_at is not None and self._proof.open_count: -> if due and self._proof.open": _TYPES,
    "mass_cancel: if verdict is Verdict.NOT_CLEAR and changes_at is not None and (changes_at > at): -> if c": _WORD,
    "ledger: entry.remaining = told if held is None or told is None else max(held, told) -> entry.remaining = told if "
    "held is None else": _TYPES,
    "ledger: entry.tries += 1 -> entry.tries += 2": _ORDER,
    "ledger: tries, _ = self._game_tries.get(game_id, (0, at)) -> tries, _ = self._game_tries.get(game_id, (1": _ORDER,
    "ledger: self._game_tries[game_id] = (tries + 1, at) -> self._game_tries[game_id] = (tries + 2": _ORDER,
    "ledger: tried = {game: self._game_tries.get(game, (0, float('-inf'))) for game in games} -> tried = {game: "
    "self._game_tries.get(game, (-1": _ORDER,
    "proof: self._opened_at = 0.0 -> self._opened_at = -1.0": _NO_TIME,
    "proof: news_at = max(self._opened_at, self.told_at or 0.0) -> news_at = max(self._opened_at, self.told_at or -": (
        _NO_TIME
    ),
    "proof: if self.asked_at is not None and news_at > self.asked_at: -> if news_at > self.asked_at:": _TYPES,
    "proof: return len(row) > 1 and row[-1] - row[0] >= CLEAR_APART -> return len(row) >= 1 ": _ONE,
    "proof: return len(row) > 1 and row[-1] - row[0] >= CLEAR_APART -> return len(row) > 0 ": _ONE,
    "sends: def available(self, routes: Collection[Route], at: float, *, signed_in": "nothing is refused yet",
    "routes: self.available = False -> ": _BY_AVAILABLE,
    "routes: self.refused = False -> ": _BY_AVAILABLE,
    "routes: self.pressed = False -> ": _BY_AVAILABLE,
    "routes: self.wanted = False -> ": _BY_AVAILABLE,
    "routes: self.repeat_at = 0.0 -> ": _BY_AVAILABLE,
    "routes: self.blocked_until = 0.0 -> ": _BY_AVAILABLE,
    "routes: pause = 0.0 -> pause = -1.0": "either way it is at once",
}
