"""Sets this repository up from nothing and runs it: the one command of everyone who works on it.

    python3 packaging/dev.py run   [arguments]  the window on the practice exchange; where there is no screen, a
                                                rehearsal that presses its button on a virtual one: pictures/
    python3 packaging/dev.py test  [arguments]  format, lint, types, import contracts, then the tests; arguments go
                                                to pytest (test -k name). Afterwards: .venv/bin/coverage report
    python3 packaging/dev.py bench [arguments]  the benchmarks
    python3 packaging/dev.py chaos [arguments]  thousands of presses with many faults at once, each held against what
                                                was really open (chaos --seed S replays one)
    python3 packaging/dev.py mutate [arguments] a thousand small changes to the rules in core/, each of which a test has
                                                to notice (mutate --only proof)
    python3 packaging/dev.py network            presses over lines that are slow, silent, reset, refused or cut: what
                                                arrived when; as root on Linux also with the system's own network
    python3 packaging/dev.py lock  [arguments]  pins every package anew, from the network; arguments go to uv
                                                (lock --upgrade)

This file must be readable to any Python, however old: it is the one that has to say no.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 14):  # as in pyproject.toml
    sys.exit(
        "Panic Button needs Python 3.11 to 3.14, and this is Python %d.%d. Install one of those, then start this "  # noqa: UP031 - an old Python reads it
        "file with it, for example: python3.12 packaging/dev.py run" % sys.version_info[:2]
    )

if __name__ == "__main__":
    import commands

    sys.exit(commands.main(sys.argv[1:], usage=str(__doc__)))
