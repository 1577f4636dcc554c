"""The errors that trainmon raises on purpose: one base, one child for each trouble a user can have."""


class TrainmonError(Exception):
    """The base of every error that trainmon raises on purpose; its text is one sentence for a person."""


class UsageError(TrainmonError, ValueError):
    """An argument is wrong: the text names the argument, what was given and what is valid."""


class NotARunError(TrainmonError):
    """A path holds nothing that trainmon can read as a run."""


class UnknownRunError(TrainmonError, LookupError):
    """A run id or an attempt of it that the library does not know."""


class BusyDirectoryError(TrainmonError):
    """Another live process is already writing to this checkpoint directory."""


class MissingLibraryError(TrainmonError, ImportError):
    """A library that only this part of trainmon needs is not installed."""
