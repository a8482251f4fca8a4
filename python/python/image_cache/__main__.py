"""`python -m image_cache` is the program `image-cache`."""

import sys

from ._command import main

sys.exit(main())
