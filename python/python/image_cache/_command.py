"""The program `image-cache`, as pip installs it."""

import os
import signal
import sys

from . import _native


def main() -> int:
    # The program listens for Ctrl-C by itself, and ends cleanly then.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    status = _native.main([os.fsencode(word).decode(errors="surrogateescape") for word in sys.argv[1:]])
    return int(status)
