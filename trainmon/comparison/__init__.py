"""Several runs against each other: figures on the same footing, groups of seeds, noise, and what their settings do not share."""

from trainmon.comparison.comparing import compare
from trainmon.comparison.configuration import settings_of
from trainmon.comparison.metrics import Metric
from trainmon.comparison.model import Comparison, Contrast, Entry, Side, Spread

__all__ = ["Comparison", "Contrast", "Entry", "Metric", "Side", "Spread", "compare", "settings_of"]
