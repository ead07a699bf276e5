"""The window: everything Qt, and nothing of the exchange. It renders snapshots and hands presses to the engine."""
