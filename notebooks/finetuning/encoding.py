"""From examples to tokens: the model's chat template, and which tokens are learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from notebooks.finetuning.data import Example, Message
from notebooks.finetuning.stop import Stop

NOT_LEARNED = -100  # the label of a token that the loss leaves out; the number is torch's

# Mistral's instruction format, for a model that says nothing of its own; what the system says stands before the first question.
FALLBACK_TEMPLATE = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{% set start = messages[0].content + '\n\n' %}{% endif %}"
    "{% for message in messages %}"
    "{% if message.role == 'user' %}[INST] {{ start if loop.index0 == 1 }}{{ message.content }} [/INST]"
    "{% elif message.role == 'assistant' %} {{ message.content }}{{ eos_token }}{% endif %}"
    "{% endfor %}"
)


class Encoded(NamedTuple):
    """The tokens of an example, and of each its label: itself where it is learned, else NOT_LEARNED."""

    tokens: list[int]
    labels: list[int]
    example: Example


Batch = Sequence[Encoded]


class Encoder:
    """Encodes examples with a model's tokenizer, cut to `longest` tokens.

    A tokenizer without a chat template gets Mistral's, where there are conversations: it is saved with an exported model, which
    is then asked as it was trained.
    """

    def __init__(self, tokenizer: Any, longest: int) -> None:
        self.tokenizer, self.longest = tokenizer, longest

    def encode(self, examples: Sequence[Example]) -> list[Encoded]:
        """Return the examples of which something is left to learn once they are cut; say how many are cut and left out."""
        if not self.tokenizer.chat_template and any(example.messages for example in examples):
            self.tokenizer.chat_template = FALLBACK_TEMPLATE
        whole = [self._encode(example) for example in examples]
        cut = [Encoded(each.tokens[: self.longest], each.labels[: self.longest], each.example) for each in whole]
        kept = [each for each in cut if any(label != NOT_LEARNED for label in each.labels[1:])]
        longer = sum(len(each.tokens) > self.longest for each in whole)
        if longer:
            print(
                f"{longer} of {len(whole)} examples are cut at {self.longest} tokens (max_seq_length); "
                f"{len(whole) - len(kept)} of them left out, since the answer comes later."
            )
        if len(kept) < 2:
            raise Stop(f"{len(kept)} examples are left, and at least 2 are needed: make max_seq_length larger.")
        return kept

    def prompt(self, question: Example) -> list[int]:
        """Return the tokens after which the model is to answer."""
        if question.messages:
            return self._tokens(self._render(question.messages, answer_follows=True))
        tokens: list[int] = self.tokenizer.encode(question.text)
        return tokens[:-1] if tokens[-1] == self.tokenizer.eos_token_id else tokens

    def text(self, tokens: Sequence[int]) -> str:
        """Return what tokens say, without the special ones."""
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True)).strip()

    def _encode(self, example: Example) -> Encoded:
        if example.messages:
            return self._conversation(example)
        tokens, end = self.tokenizer.encode(example.text), self.tokenizer.eos_token_id
        tokens = tokens if tokens[-1] == end else [*tokens, end]
        return Encoded(tokens, tokens, example)

    def _conversation(self, example: Example) -> Encoded:
        """Label the assistant's answers; a template may rewrite earlier ones when the talk goes on, and these are left out."""
        whole = self._render(example.messages, where=example.where)
        tokens = self._tokens(whole)
        labels = [NOT_LEARNED] * len(tokens)
        for at, message in enumerate(example.messages):
            if message["role"] == "assistant":
                before, after = self._up_to(example.messages[:at], whole), self._render(example.messages[: at + 1])
                if before and whole.startswith(after):
                    start, stop = (_shared(tokens, self._tokens(part)) for part in (before, after))
                    labels[start:stop] = tokens[start:stop]
        if not any(label != NOT_LEARNED for label in labels):
            raise Stop(f"{example.where}: the model's chat template does not show where the answer begins: write it as a text.")
        return Encoded(tokens, labels, example)

    def _up_to(self, messages: Sequence[Message], whole: str) -> str:
        """Return what comes in `whole` before an answer to `messages`, "" where the template writes it differently."""
        openings = (self._render(messages, answer_follows=follows) for follows in (True, False))
        return next((opening for opening in openings if whole.startswith(opening)), "")

    def _render(self, messages: Sequence[Message], *, answer_follows: bool = False, where: str = "") -> str:
        try:
            return str(self.tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=answer_follows))
        except Exception as error:  # templates raise what they like at an order of roles that they do not know
            place = f"{where}: the" if where else "The"
            raise Stop(f"{place} model's chat template cannot say this conversation: {error}.") from error

    def _tokens(self, text: str) -> list[int]:
        tokens: list[int] = self.tokenizer.encode(text, add_special_tokens=False)  # the template wrote them
        return tokens


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens two sequences begin with in common."""
    differing = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))
