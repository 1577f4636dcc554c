"""Runs everything that needs no GPU and prints the tables: `python -m benchmarks`, about ten minutes."""

from benchmarks import full_disk, kills, log_call, long_loop, monitor_cost, start

log_call.main([])
print("\n| what | measured |\n|---|---|")
start.main()
long_loop.main()
monitor_cost.main(monitor_cost.SECONDS)
kills.main(kills.TRIALS)
full_disk.main()
