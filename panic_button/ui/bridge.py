"""From the engine's thread to the window's: one queued signal with the newest snapshot.

Rule: never a backlog. While the window is busy newer snapshots replace older ones, and it is woken once.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock

from PySide6.QtCore import QObject, Qt, Signal, Slot

from panic_button.core.ports import Engine
from panic_button.core.snapshot import Snapshot


class Bridge(QObject):
    """Emits `snapshot_changed` on the thread that it lives on."""

    snapshot_changed = Signal(object)
    _arrived = Signal()

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = Lock()
        self._latest: Snapshot | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        engine.subscribe(self.take)

    def take(self, snapshot: Snapshot) -> None:
        """Called by the engine, on any thread."""
        with self._lock:
            already_woken = self._latest is not None
            self._latest = snapshot
        if not already_woken:
            # The engine may have its last word after the window is gone: nobody is left to hear it.
            with suppress(RuntimeError):
                self._arrived.emit()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            snapshot, self._latest = self._latest, None
        if snapshot is not None:
            self.snapshot_changed.emit(snapshot)
