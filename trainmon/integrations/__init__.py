"""One line in the tools that people already train with: one module a library, each a thin callback on MetricsTracker."""
