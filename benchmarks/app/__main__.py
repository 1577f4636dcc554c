"""Runs everything about the app and prints the table: `python -m benchmarks.app`, about ten minutes, with a Chromium."""

from benchmarks.app import cold, live, sessions, traffic

print("| what | measured |\n|---|---|")
live.main()
traffic.main()
sessions.main()
cold.main()
