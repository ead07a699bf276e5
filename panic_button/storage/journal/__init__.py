"""The journal: append-only evidence in SQLite, written by a thread of its own and read by anybody.

`writer` queues and stamps, `file` opens what is on the disk, `chain` links and verifies entries, `reader` reads them
back.
"""

from panic_button.storage.journal.chain import Broken, Checked, Row
from panic_button.storage.journal.reader import SqliteJournalReader, entry_of, unfinished
from panic_button.storage.journal.writer import SqliteJournal

__all__ = ["Broken", "Checked", "Row", "SqliteJournal", "SqliteJournalReader", "entry_of", "unfinished"]
