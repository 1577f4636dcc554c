"""`python -m trainmon COMMAND`."""

import sys

from trainmon.commands.main import main

sys.exit(main())
