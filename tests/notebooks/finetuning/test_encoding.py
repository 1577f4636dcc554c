"""Which tokens are learned: the answers, with the model's chat template or Mistral's format, and a text whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from notebooks.finetuning.data import Example
from notebooks.finetuning.encoding import NOT_LEARNED, Encoded, Encoder
from notebooks.finetuning.stop import Stop
from tests.notebooks.small_models import TEMPLATE, save_tokenizer

transformers = pytest.importorskip("transformers")
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]
Capture = pytest.CaptureFixture[str]


def message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


TURN = (message("user", "Capital of Portugal?"), message("assistant", "Lisbon"))
TALK = (message("system", "Be brief."), *TURN, message("user", "And of Spain?"), message("assistant", "Madrid"))


def tokenizer(folder: Path, template: str | None = None) -> Any:
    save_tokenizer(folder, template)
    return transformers.AutoTokenizer.from_pretrained(folder)


def learned(encoder: Encoder, encoded: Encoded) -> list[str]:
    """Return the stretches of text that are learned."""
    stretches: list[list[int]] = [[]]
    for label in encoded.labels:
        if label == NOT_LEARNED:
            stretches.append([])
        else:
            stretches[-1].append(label)
    return [encoder.tokenizer.decode(stretch) for stretch in stretches if stretch]


def encode(encoder: Encoder, *examples: Example) -> list[Encoded]:
    return encoder.encode([*examples, Example(text="one more text")])[:-1]


def test_only_the_answers_of_a_conversation_are_learned(tmp_path: Path) -> None:
    encoder = Encoder(tokenizer(tmp_path, TEMPLATE), 200)
    (encoded,) = encode(encoder, Example(messages=TALK))
    assert encoder.tokenizer.decode(encoded.tokens) == (
        "<system>Be brief.</s><user>Capital of Portugal?</s><assistant>Lisbon</s><user>And of Spain?</s><assistant>Madrid</s>"
    )
    assert learned(encoder, encoded) == ["Lisbon</s>", "Madrid</s>"]
    assert all(label in (NOT_LEARNED, token) for token, label in zip(encoded.tokens, encoded.labels, strict=True))


def test_without_a_chat_template_the_format_is_mistrals(tmp_path: Path) -> None:
    encoder = Encoder(tokenizer(tmp_path), 200)
    (encoded,) = encode(encoder, Example(messages=TALK))
    assert encoder.tokenizer.decode(encoded.tokens) == (
        "[INST] Be brief.\n\nCapital of Portugal? [/INST] Lisbon</s>[INST] And of Spain? [/INST] Madrid</s>"
    )
    assert learned(encoder, encoded) == [" Lisbon</s>", " Madrid</s>"]


def test_what_is_asked_is_what_was_trained_up_to_the_answer(tmp_path: Path) -> None:
    for encoder in (Encoder(tokenizer(tmp_path), 200), Encoder(tokenizer(tmp_path, TEMPLATE), 200)):
        example = Example(messages=TURN)
        (encoded,) = encode(encoder, example)
        asked = encoder.prompt(example.question)
        assert encoded.tokens[: len(asked)] == asked
        assert encoder.text(encoded.tokens[len(asked) :]) == "Lisbon"


def test_the_tokenizer_of_the_tiny_model_adds_no_end_to_a_question() -> None:
    encoder = Encoder(transformers.ByT5Tokenizer(extra_ids=0), 200)
    (turn,) = encode(encoder, Example(messages=TURN))
    assert learned(encoder, turn) == [" Lisbon</s>"]
    assert encoder.tokenizer.decode(encoder.prompt(Example(text="Once upon"))) == "Once upon"
    assert encoder.tokenizer.decode(encoder.prompt(Example(messages=TURN[:1]))) == "[INST] Capital of Portugal? [/INST]"


def test_a_text_is_learned_whole_and_ends(tmp_path: Path) -> None:
    encoder = Encoder(tokenizer(tmp_path, TEMPLATE), 200)
    (encoded,) = encode(encoder, Example(text="Once upon a time"))
    assert learned(encoder, encoded) == ["Once upon a time</s>"]


def test_where_all_are_texts_the_tokenizer_gets_no_format(tmp_path: Path) -> None:
    encoder = Encoder(tokenizer(tmp_path), 200)
    encoder.encode([Example(text="one"), Example(text="two")])
    assert encoder.tokenizer.chat_template is None


def test_a_template_that_rewrites_earlier_answers_leaves_the_last_one_to_learn(tmp_path: Path) -> None:
    only_last = TEMPLATE.replace(
        "{{ message.content }}", "{{ message.content if message.role != 'assistant' or loop.last else '...' }}"
    )
    encoder = Encoder(tokenizer(tmp_path, only_last), 200)
    (encoded,) = encode(encoder, Example(messages=TALK))
    assert learned(encoder, encoded) == ["Madrid</s>"]


def test_a_template_that_hides_where_the_answer_begins_is_named_with_the_line(tmp_path: Path) -> None:
    upside_down = "{% for message in messages | reverse %}{{ message.content }}{% endfor %}"
    encoder = Encoder(tokenizer(tmp_path, upside_down), 200)
    with pytest.raises(Stop, match=r"^mine\.jsonl, line 4: the model's chat template does not show where the answer begins"):
        encoder.encode([Example(messages=TURN, where="mine.jsonl, line 4")])


def test_a_template_that_refuses_a_conversation_is_named_with_the_line(tmp_path: Path) -> None:
    refusing = "{% if messages[0].role == 'system' %}{{ raise_exception('no system here') }}{% endif %}" + TEMPLATE
    encoder = Encoder(tokenizer(tmp_path, refusing), 200)
    with pytest.raises(Stop, match=r"^mine\.jsonl, line 4: the model's chat template cannot say this .*: no system here\.$"):
        encoder.encode([Example(messages=TALK, where="mine.jsonl, line 4")])


def test_what_is_cut_and_what_is_left_out_is_said(tmp_path: Path, capsys: Capture) -> None:
    encoder = Encoder(tokenizer(tmp_path, TEMPLATE), 45)
    long_answer, long_question = (message("user", "Why?"), message("assistant", "b" * 60)), (message("user", "a" * 60), TURN[1])
    kept = encoder.encode([Example(messages=TURN), Example(messages=long_answer), Example(messages=long_question)])
    assert [len(each.tokens) for each in kept] == [45, 45]
    assert capsys.readouterr().out == (
        "2 of 3 examples are cut at 45 tokens (max_seq_length); 1 of them left out, since the answer comes later.\n"
    )


def test_where_nothing_is_left_to_learn_it_stops(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="0 examples are left, and at least 2 are needed: make max_seq_length larger"):
        Encoder(tokenizer(tmp_path, TEMPLATE), 10).encode([Example(messages=TURN)] * 3)
