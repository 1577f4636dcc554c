"""The command line: one module a command, the terminal monitor, and who may see the app."""
