"""How well the diagnosis finds what is wrong, and how rarely it cries wolf."""
