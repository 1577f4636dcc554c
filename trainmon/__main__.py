"""`python -m trainmon COMMAND`."""

import sys

from trainmon.commands.cli import main

sys.exit(main())
