"""What a run says of a training: `analyse` makes the one value that every page, report and command takes."""

from trainmon.analysis.analyse import Analysis, Which, analyse

__all__ = ["Analysis", "Which", "analyse"]
