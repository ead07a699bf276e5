"""4casters on the wire. httpx and websockets are imported here and nowhere else."""
