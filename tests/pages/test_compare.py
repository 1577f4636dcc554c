from __future__ import annotations

from pathlib import Path

from tests.builders import rows, write_run
from tests.pages.conftest import Open, words
from tests.pages.test_loss import chart
from trainmon.charts import palette
from trainmon.library import run_id


def two(tmp_path: Path) -> list[str]:
    good = write_run(tmp_path / "good", floor=0.4, config={"learning_rate": 1e-4, "batch_size": 4})
    poor = write_run(tmp_path / "poor", floor=0.9, config={"learning_rate": 1e-3, "batch_size": 4})
    return [run_id(good), run_id(poor)]


def test_runs_are_drawn_on_the_same_axes_in_their_own_colours(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py", run=ids)
    assert not app.exception
    spec, data = chart(app)
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["good", "poor"]
    assert scale["range"] == [palette(ids)[key] for key in ids]
    assert set(data["lines"].column("kind").to_pylist()) == {"train", "validation"}


def test_the_table_has_best_values_and_the_distance_to_the_baseline(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py", run=ids, baseline=ids[1])
    table = app.dataframe[0].value
    assert list(table["Run"]) == ["good", "poor"]
    assert list(table["To baseline"].round(4).fillna(0)) == [-0.5, 0.0]
    assert "good has the best validation loss" in words(app)


def test_only_the_differences_of_the_configuration_are_listed(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=two(tmp_path))
    differing = app.table[0].value
    assert [name.replace("\\", "") for name in differing.index] == ["learning_rate"]
    assert "One setting is the same." in words(app)


def test_attempts_of_one_run_can_be_compared(open_page: Open, tmp_path: Path) -> None:
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0)
    run = run_id(write_run(tmp_path / "run", [*first, *second]))
    app = open_page(tmp_path, page="compare.py", run=[f"{run}@1", f"{run}@2"])
    assert not app.exception
    assert list(app.dataframe[0].value["Run"]) == ["run @1", "run @2"]


def test_an_unknown_run_is_named_and_the_others_are_still_compared(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=["gone-123456", *two(tmp_path)])
    assert not app.exception
    assert "No run with the id 'gone-123456'" in words(app)
    assert list(app.dataframe[0].value["Run"]) == ["good", "poor"]


def test_choosing_runs_changes_the_address(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py")
    assert "Choose two runs or more" in words(app)
    app.multiselect[0].set_value(ids).run()
    assert not app.exception
    assert app.query_params["run"] == ids
    app.selectbox(key="compare_baseline").set_value(ids[1]).run()
    assert app.query_params["baseline"] in (ids[1], [ids[1]])
