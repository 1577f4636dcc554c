"""Examples from a file of JSON Lines, and the sentence for a line that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from notebooks.finetuning.data import Example, fingerprint, odd_or_even, read_examples
from notebooks.finetuning.stop import Stop

QUESTION, ANSWER = {"role": "user", "content": "Capital of Portugal?"}, {"role": "assistant", "content": "Lisbon"}
GOOD = '{"text": "a text"}\n'


def write(directory: Path, content: str | bytes) -> Path:
    file = directory / "mine.jsonl"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_each_form_of_a_line_is_read_and_blank_lines_are_none(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        '\ufeff{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Capital of Portugal?"}, '
        '{"role": "assistant", "content": "Lisbon"}], "id": 7}\n'
        "\n"
        '{"prompt": "Capital of Portugal?", "completion": "Lisbon"}\r\n'
        '{"text": "The capital of Portugal is Lisbon."}',
    )
    conversation, turn, text = read_examples(file)
    assert conversation.messages == ({"role": "system", "content": "Be brief."}, QUESTION, ANSWER)
    assert turn == Example(messages=(QUESTION, ANSWER), where=f"{file}, line 3")
    assert text == Example(text="The capital of Portugal is Lisbon.", where=f"{file}, line 4")


def test_what_the_model_is_given_is_all_but_the_last_answer_or_the_beginning_of_a_text() -> None:
    assert Example(messages=(QUESTION, ANSWER)).question == Example(messages=(QUESTION,))
    assert Example(text="one two three").question.text == "one two"
    assert Example(text="word " * 100).question.text == "word word word word word word word word"
    assert Example(messages=(QUESTION, ANSWER)).asked("Why?") == Example(messages=({"role": "user", "content": "Why?"},))
    assert Example(text="a text").asked("Once upon").text == "Once upon"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "{'text': 1}",
            "is not JSON (Expecting property name enclosed in double quotes at character 2): expected one JSON object.",
        ),
        ('["text"]', ": found list, expected one JSON object a line."),
        ("{}", ': found nothing, expected "messages", "prompt" and "completion", or "text".'),
        ('{"input": 1, "out": 2}', ': found "input", "out", expected "messages", "prompt" and "completion", or "text".'),
        ('{"prompt": "a", "completion": ""}', ": completion has to be text, found ''."),
        ('{"text": 7}', ": text has to be text, found 7."),
        ('{"messages": "hello"}', ': "messages" has to be a list of objects with "role" and "content".'),
        (
            '{"messages": [{"role": "user", "content": "a"}]}',
            ": found messages of user, expected user and assistant in turn, and before them at most one of system.",
        ),
        (
            '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant"}]}',
            ": content of message 2 has to be text, found None.",
        ),
    ],
)
def test_a_bad_line_is_one_sentence_with_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    file = write(tmp_path, f"{GOOD}{line}\n{GOOD}")
    with pytest.raises(Stop) as stop:
        read_examples(file)
    assert str(stop.value).removeprefix(f"{file}, line 2").lstrip() == said.lstrip()


def test_further_bad_lines_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path, b"\xff\n" + b"{\n" * 3)
    with pytest.raises(
        Stop, match=r"line 1 is not UTF-8: save the file in that encoding\. 3 more lines cannot be used either\.$"
    ):
        read_examples(file)


def test_too_few_examples_and_a_file_that_is_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(Stop, match=r"has 1 examples: at least 2 are needed"):
        read_examples(write(tmp_path, GOOD))
    for read in (read_examples, fingerprint):
        with pytest.raises(Stop, match=r"gone\.jsonl cannot be read: No such file or directory\.$"):
            read(tmp_path / "gone.jsonl")


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    before = fingerprint(write(tmp_path, GOOD))
    assert fingerprint(write(tmp_path, GOOD)) == before
    assert fingerprint(write(tmp_path, GOOD * 2)) != before


def test_the_set_that_is_made_here_has_an_answer_to_each_of_256_questions() -> None:
    assert [str(example) for example in odd_or_even()[:2]] == ["Odd or even: 100? | even", "Odd or even: 101? | odd"]
    assert len(odd_or_even()) == 256


def test_what_stops_a_cell_is_shown_without_a_traceback() -> None:
    assert Stop("one\ntwo")._render_traceback_() == ["one", "two"]
