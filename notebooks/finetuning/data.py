"""Examples to learn from: a file of JSON Lines, or a small set made here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notebooks.finetuning.stop import Stop

Message = Mapping[str, str]

EXPECTED = 'expected "messages", "prompt" and "completion", or "text"'
TEXT_BEGINNING = 8  # words at most of a text that are given to the model, so that it goes on


@dataclass(frozen=True)
class Example:
    """A conversation, whose answers are learned, or one text, which is learned whole; `where` names its line."""

    messages: tuple[Message, ...] = ()
    text: str = ""
    where: str = ""

    @property
    def question(self) -> Example:
        """What the model is given to answer: the conversation without its last answer, or the beginning of the text."""
        if self.messages:
            return Example(messages=self.messages[:-1])
        words = self.text.split()
        return Example(text=" ".join(words[: min(TEXT_BEGINNING, (len(words) + 1) // 2)]))

    def asked(self, prompt: str) -> Example:
        """Return a reader's prompt in the form of this example."""
        return Example(messages=({"role": "user", "content": prompt},)) if self.messages else Example(text=prompt)

    def __str__(self) -> str:
        return " | ".join(message["content"] for message in self.messages) or self.text


def odd_or_even() -> list[Example]:
    """Return 256 questions that a tiny model can learn to answer in half a minute."""
    return [_turn(f"Odd or even: {number}?", "odd" if number % 2 else "even") for number in range(100, 356)]


def read_examples(file: Path) -> list[Example]:
    """Return the example of each line; stop where a line is none, and name the first such line."""
    try:
        with file.open("rb") as opened:
            examples, problems = _read(file, opened)
    except OSError as error:
        raise _unreadable(file, error) from error
    if problems:
        more = f" {len(problems) - 1} more lines cannot be used either." if problems[1:] else ""
        raise Stop(problems[0] + more)
    if len(examples) < 2:
        raise Stop(f"{file} has {len(examples)} examples: at least 2 are needed, one of them to validate.")
    return examples


def fingerprint(file: Path) -> str:
    """Return what tells a file's content from any other one."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> Stop:
    return Stop(f"{file} cannot be read: {error.strerror or error}.")


def _read(file: Path, lines: Iterable[bytes]) -> tuple[list[Example], list[str]]:
    """Return the examples, and a sentence for each line that is none."""
    examples, problems = [], []
    for number, line in enumerate(lines, 1):
        where = f"{file}, line {number}"
        try:
            text = line.decode("utf-8-sig").strip()
            if text:
                examples.append(_example(json.loads(text), where))
        except UnicodeDecodeError:
            problems.append(f"{where} is not UTF-8: save the file in that encoding.")
        except json.JSONDecodeError as error:
            problems.append(f"{where} is not JSON ({error.msg} at character {error.pos + 1}): expected one JSON object.")
        except ValueError as error:
            problems.append(f"{where}: {error}.")
    return examples, problems


def _example(line: Any, where: str) -> Example:
    """Return the example of a line; raise ValueError with what was found and expected."""
    if not isinstance(line, dict):
        raise ValueError(f"found {type(line).__name__}, expected one JSON object a line")
    if "messages" in line:
        return Example(messages=_conversation(line["messages"]), where=where)
    if "prompt" in line and "completion" in line:
        return _turn(_words(line["prompt"], "prompt"), _words(line["completion"], "completion"), where)
    if "text" in line:
        return Example(text=_words(line["text"], "text"), where=where)
    raise ValueError(f"found {', '.join(map(json.dumps, line)) or 'nothing'}, {EXPECTED}")


def _turn(prompt: str, completion: str, where: str = "") -> Example:
    return Example(({"role": "user", "content": prompt}, {"role": "assistant", "content": completion}), where=where)


def _conversation(messages: Any) -> tuple[Message, ...]:
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise ValueError('"messages" has to be a list of objects with "role" and "content"')
    roles = [message.get("role") for message in messages]
    turns = roles[1:] if roles[:1] == ["system"] else roles
    if not turns or turns != ["user", "assistant"] * (len(turns) // 2):
        found = ", ".join(map(str, roles)) or "nothing"
        raise ValueError(f"found messages of {found}, expected user and assistant in turn, and before them at most one of system")
    return tuple(
        {"role": message["role"], "content": _words(message.get("content"), f"content of message {number}")}
        for number, message in enumerate(messages, 1)
    )


def _words(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} has to be text, found {value!r}")
    return value
