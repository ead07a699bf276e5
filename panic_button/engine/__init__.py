"""The worker thread: one asyncio loop that joins rules, wire and storage. No Qt."""
