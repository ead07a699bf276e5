"""Panic Button: the emergency stop for the 4casters betting exchange.

core/      the words and the rules: no Qt, no input or output, no clock, no threads
exchange/  4casters on the wire: https and the Orders WebSocket
engine/    the worker thread that joins rules, wire and storage
storage/   this machine's disk and keyring: settings, secrets, journal, lockouts, logs
ui/        the window
practice/  a simulated exchange on loopback, real sockets, faults on demand
app.py     builds, wires, runs and stops all of it
cli/       the command line: a verb a module
"""

__version__ = "0.1.0"
