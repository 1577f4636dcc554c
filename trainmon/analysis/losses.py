"""What a loss measures by the name of its column: all of it, or a part that must not be taken for the whole."""

from __future__ import annotations

import re

_OF = r"train(ing)?|tr|val(id(ation)?)?|eval(uation)?|dev|test"
# What says of a loss on what, when and how it was taken, and not which part of it.
_WHOLE = re.compile(
    rf"{_OF}|step|batch|epoch|iter|total|sum|all|avg|average|mean|main|running|lm|metrics|scalars|logs?"
    r"|moyenn?e?|m[eé]dio|m[eé]dia|mittel(wert)?"
)
_LOSS = re.compile(rf"({_OF})?(loss(es)?|verlust|perte|perda|p[eé]rdida)")


def part_of_loss(column: str) -> str:
    """Return which part of a loss a column holds ("box" of "val/box_loss", "g" of "loss_G"), "" for the whole."""
    words = re.findall(r"[0-9a-zà-ÿ]+", column.lower())
    return " ".join(word for word in words if not _WHOLE.fullmatch(word) and not _LOSS.fullmatch(word))
