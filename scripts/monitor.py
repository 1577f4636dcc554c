"""The guide's command for the terminal monitor: `python scripts/monitor.py [--refresh S] [--output-dir DIR]`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a script finds what lies beside it, and trainmon lies above

from trainmon.commands.main import main

if __name__ == "__main__":
    sys.exit(main(["monitor", *sys.argv[1:]]))
