"""trainmon.toml: whose settings hold, and what is said of a file that makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainmon.runs.readers.settings import Settings, user_directory
from trainmon.runs.run import Problem


def settings(*texts: str, below: Path) -> Settings:
    """Return the settings of a run's file, then its root's, then the user's."""
    folders = [below / name for name in ("run", "root", "user")[: len(texts)]]
    for folder, text in zip(folders, texts, strict=True):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "trainmon.toml").write_text(text, encoding="utf-8")
    found = Settings(folders)
    found.refresh()
    return found


def test_the_nearer_file_wins_key_by_key_inside_diagnosis_too(tmp_path: Path) -> None:
    found = settings(
        '[diagnosis]\nlow_memory_mb = 512\noff = ["plateau"]',
        'tags = ["team"]\n[diagnosis]\nlow_memory_mb = 2048\nspike_noises = 9',
        'tags = ["mine"]\n[diagnosis]\nfewest_rows = 30\noff = ["spikes"]',
        below=tmp_path,
    )
    assert found.values["diagnosis"] == {"low_memory_mb": 512, "off": ["plateau"], "spike_noises": 9, "fewest_rows": 30}
    assert found.values["tags"] == ["team"]
    assert not found.problems


def test_a_plan_is_taken_as_a_whole_because_steps_and_epochs_of_two_files_would_contradict_each_other(tmp_path: Path) -> None:
    found = settings("[plan]\nepochs = 3", "[plan]\nsteps = 100", below=tmp_path)
    assert found.values["plan"] == {"epochs": 3}


def test_what_names_or_hides_one_run_is_not_inherited(tmp_path: Path) -> None:
    found = settings("", 'name = "all"\nnotes = "all"\nhide = true\ntags = ["all"]', below=tmp_path)
    assert {name: found.values.get(name) for name in ("name", "notes", "hide", "tags")} == {
        "name": None, "notes": None, "hide": None, "tags": ["all"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('name = "a"\ntags = [', 2, "is no valid TOML"),
        ('# ours\n\nname = 3\ntags = ["kept"]', 3, 'name must be a text, as in name = "baseline"'),
        ('tags = "lora"', 1, "tags must be a list of texts"),
        ('hide = "yes"', 1, "hide must be true or false"),
        ('name = "a"\ncolour = "red"', 2, "colour is not known here: name, tags, notes, hide, plan, roles, diagnosis, files are"),
        ("plan = 3", 1, "plan must be a table"),
        ("[plan]\nepochs = -1\nsteps = 5", 2, "plan.epochs must be a number above 0"),
        ("[plan]\n\nminutes = 5", 3, "plan.minutes is not known here: epochs and steps are"),
        ("[colours]\na = 1", 1, "colours is not known here"),
    ],
)
def test_what_makes_no_sense_is_a_problem_with_its_line_and_the_rest_holds(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    found = settings(text, below=tmp_path)
    (problem,) = found.problems
    assert (problem.file, problem.line) == ("trainmon.toml", line)
    assert said in problem.reason
    if "kept" in text:
        assert (found.values["tags"], found.values.get("name")) == (["kept"], None)
    if "steps" in text:
        assert found.values["plan"] == {"steps": 5}


def test_a_problem_in_the_file_of_a_root_names_that_file_in_full(tmp_path: Path) -> None:
    found = settings('name = "fine"', "tags = 1", below=tmp_path)
    assert found.problems == [
        Problem(
            str(tmp_path / "root" / "trainmon.toml"),
            1,
            'tags must be a list of texts, as in tags = ["lora", "seed 2"]; the entry is left out',
        )
    ]
    assert found.values["name"] == "fine"


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "trainmon.toml").write_bytes(b'name = "\xff"')
    found = Settings([tmp_path])
    found.refresh()
    assert [problem.reason for problem in found.problems] == ["is not UTF-8 text; its settings are left out"]


def test_a_file_that_is_changed_or_removed_is_seen(tmp_path: Path) -> None:
    found = settings('name = "first"', below=tmp_path)
    assert not found.refresh()
    (tmp_path / "run" / "trainmon.toml").write_text('name = "the second"')
    assert found.refresh()
    assert found.values["name"] == "the second"
    (tmp_path / "run" / "trainmon.toml").unlink()
    assert found.refresh()
    assert found.values.get("name") is None


def test_the_users_own_folder_follows_the_usual_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_directory() == tmp_path / "trainmon"


def test_of_several_logs_in_a_folder_each_has_what_its_own_table_says(tmp_path: Path) -> None:
    (tmp_path / "trainmon.toml").write_text(
        'tags = ["both"]\n[roles]\ntrain_loss = "loss"\nstep = ""\n'
        '[files."a.csv"]\nname = "first"\nroles.train_loss = "loss_G"\n[files."b.csv"]\nhide = true\n',
        encoding="utf-8",
    )
    first, second, third = (Settings([tmp_path], tmp_path / name) for name in ("a.csv", "b.csv", "c.csv"))
    assert [each.refresh() for each in (first, second, third)] == [True] * 3
    assert first.values == {
        "name": "first", "tags": ["both"], "roles": {"train_loss": "loss_G", "step": ""}
    }  # fmt: skip
    assert (second.values["hide"], second.values["roles"]["train_loss"]) == (True, "loss")
    assert third.values.keys() == {"tags", "roles"}


def test_what_makes_no_sense_of_one_log_is_a_problem_too(tmp_path: Path) -> None:
    (tmp_path / "trainmon.toml").write_text('[files."a.csv"]\nplan.hours = 3\nname = 3\n[files]\nb = 3\n', encoding="utf-8")
    found = Settings([tmp_path], tmp_path / "a.csv")
    found.refresh()
    assert [(problem.line, problem.reason.split(" ")[0]) for problem in found.problems] == [(1, "files")]
    (tmp_path / "trainmon.toml").write_text('[files."a.csv"]\nplan.hours = 3\nname = 3\n', encoding="utf-8")
    found.refresh()
    assert [(problem.line, problem.reason.split(" ")[0]) for problem in found.problems] == [(2, "plan.hours"), (3, "name")]
