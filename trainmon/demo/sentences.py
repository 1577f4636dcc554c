"""The demo's data: sentences of a small grammar, as windows of characters with the character that comes next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]

ALPHABET = " abcdefghijklmnopqrstuvwxyz,."
CONTEXT = 12  # characters that the network sees before the one it has to guess

_ARTICLES = (("a", "the", "this", "every"), ("two", "the", "these", "many"))  # singular, plural: the verb has to agree
_ADJECTIVES = ("small", "old", "quiet", "brave", "hungry", "grey", "clever", "tired")
_NOUNS = ("cat", "dog", "bird", "farmer", "sailor", "doctor", "horse", "robot", "teacher", "king")
_VERBS = ("see", "follow", "help", "call", "know", "want", "paint", "forget")
_PLACES = ("near the river", "in the garden", "after lunch", "under the bridge", "before the rain", "at night")


@dataclass(frozen=True)
class Dataset:
    """Windows of characters, [examples, CONTEXT], and the character after each, [examples]."""

    windows: Codes
    following: Codes

    def __len__(self) -> int:
        return len(self.following)

    def pick(self, examples: Codes) -> Dataset:
        """Return the examples at these indices."""
        return Dataset(self.windows[examples], self.following[examples])


def make_dataset(examples: int, generator: np.random.Generator) -> Dataset:
    """Return `examples` windows of a text that is made up on the spot."""
    text = ""
    while len(text) < examples + CONTEXT:
        text += _sentence(generator)
    codes = np.array([ALPHABET.index(letter) for letter in text[: examples + CONTEXT]], dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(codes, CONTEXT)[:examples]
    return Dataset(windows, codes[CONTEXT:])


def _sentence(generator: np.random.Generator) -> str:
    plural = int(generator.integers(2))
    verb = _pick(_VERBS, generator) + ("" if plural else "s")
    place = f", {_pick(_PLACES, generator)}" if generator.random() < 0.4 else ""
    return f"{_thing(plural, generator)} {verb} {_thing(int(generator.integers(2)), generator)}{place}. "


def _thing(plural: int, generator: np.random.Generator) -> str:
    adjective = f"{_pick(_ADJECTIVES, generator)} " if generator.random() < 0.5 else ""
    return f"{_pick(_ARTICLES[plural], generator)} {adjective}{_pick(_NOUNS, generator)}{'s' if plural else ''}"


def _pick(words: tuple[str, ...], generator: np.random.Generator) -> str:
    return words[int(generator.integers(len(words)))]
