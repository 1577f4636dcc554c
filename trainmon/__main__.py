"""`python -m trainmon COMMAND`."""

import sys

from trainmon.cli import main

sys.exit(main())
