"""Reference files are read by their shapes: whatever is amiss is told with its file, its line and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import FaultyFileError
from db.reference import (
    benchmarks,
    check,
    files,
    hardware,
    model_traits,
    not_models,
    published_models,
    tasks,
    thompson2020,
    untracked,
)
from db.reference.shapes import BenchmarksShape, HardwareShape, NotModelsShape, PublishedShape, TasksShape, TraitShape
from db.reference.toml_lines import line_of

METRIC = (
    '  {{ id = "error", names = ["error"], direction = {direction}, low = 1, high = {high}, percent = true,'
    ' primary = {primary}, error_from = "value" }},\n'
)
ACCURACY = (
    '  { id = "accuracy", names = ["accuracy [%]"], direction = "higher", low = 1, high = 99, percent = true,'
    ' primary = true, error_from = "complement" },\n'
)
BENCHMARK = """# a comment with [brackets] and direction = "up"
[toyset]
name = "Toyset"
task = "image classification"
study = {study}
search = [{search}]
task_words = ["toy"]
aliases = {aliases}
{not_aliases}
splits = ["test"]
training_set_size = {size}
training_set_unit = "images"
training_set_source = "made up"
metrics = [
{accuracy}  # the second one
{metric}]
examples_match = ["on Toyset", "on Toyset.", "Toyset", "the Toyset"]
examples_refuse = ["a toy", "a set", "toys", {refused}]
{more}
"""
SOUND = {
    "study": "true", "search": '"Toyset"', "aliases": '["Toyset"]', "not_aliases": "not_aliases = []", "size": "100",
    "direction": '"lower"', "high": "99", "primary": "false", "refused": '"sets"', "more": "",
}  # fmt: skip


def benchmarks_file(folder: Path, **changed: str) -> Path:
    parts = SOUND | changed
    file = folder / "benchmarks.toml"
    file.write_text(BENCHMARK.format(accuracy=ACCURACY, metric=METRIC.format(**parts), **parts), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("changed", "line", "what"),
    [
        ({"not_aliases": ""}, 2, "toyset lacks not_aliases"),
        ({"study": '"yes"'}, 5, "toyset: study is 'yes', expected a valid boolean"),
        ({"aliases": '"Toyset"'}, 8, "toyset: aliases is 'Toyset', expected a list"),
        ({"aliases": '["Toyset", "--"]'}, 8, "a name needs a letter or a digit, found '--'"),
        ({"aliases": '["Toy{a|b"]'}, 8, "a brace is not closed"),
        ({"not_aliases": "not_alias = []\nnot_aliases = []"}, 9, "toyset has 'not_alias', which nothing reads"),
        ({"size": "0"}, 11, "toyset: training_set_size is 0, expected greater than or equal to 1"),
        ({"direction": '"up"'}, 17, "toyset, metrics 2: direction is 'up', expected 'lower' or 'higher'"),
        ({"high": "0.5"}, 17, "low is 1 and high 0.5: low must be less"),
        ({"primary": "true"}, 2, "it needs one primary metric, found 2"),
        ({"more": 'pairs = [["accuracy", "wer"]]'}, 2, "it has no wer"),
        ({"more": "ranks = [5]"}, 2, "none has 5"),
        ({"more": 'tasks = ["juggling"]'}, 21, "toyset has the task 'juggling'; those of tasks.toml are boxes"),
        ({"more": 'alternative_of = "toyzet"'}, 21, "an alternative of 'toyzet', which is no benchmark"),
        ({"search": '{ task = "juggling" }'}, 6, "the task 'juggling', which no benchmark describes"),
        ({"search": '{ near = ["x"] }'}, 6, "it needs a name or a task"),
        ({"refused": ""}, 20, "examples_refuse: the list should have at least 4 items, not 3"),
        ({"size": "="}, 11, "this is no TOML"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_faults_of_benchmarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], line: int, what: str
) -> None:
    """it tells what is wrong with a benchmark, on its line"""
    monkeypatch.setattr(benchmarks, "BENCHMARKS_TOML", benchmarks_file(tmp_path, **changed))
    with pytest.raises(FaultyFileError) as raised:
        benchmarks.load_benchmarks.__wrapped__()
    assert [fault.line for fault in raised.value.faults] == [line]
    assert what in raised.value.faults[0].what
    assert f"benchmarks.toml:{line}: " in str(raised.value)
    assert "`paperflops check`" in str(raised.value)


def test_a_sound_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it takes the benchmark that the faults are made of"""
    monkeypatch.setattr(benchmarks, "BENCHMARKS_TOML", benchmarks_file(tmp_path))
    assert list(benchmarks.load_benchmarks.__wrapped__()) == ["toyset"]


def test_all_faults_at_once(tmp_path: Path) -> None:
    """it tells every fault of a file, not the first alone"""
    file = benchmarks_file(tmp_path, not_aliases="", direction='"up"', size="0")
    with pytest.raises(FaultyFileError, match=r"\(and 2 more faults\)") as raised:
        files.read_toml(file, BenchmarksShape)
    assert sorted(fault.line or 0 for fault in raised.value.faults) == [2, 11, 17]


HEADER = ",".join(HardwareShape.model_fields)
TRAITS = ",".join(TraitShape.model_fields)
K80 = "K80,Tesla K80,NVIDIA,gpu,2014,5600,fp32,boost,,,300,,2,made up"


@pytest.mark.parametrize(
    ("lines", "line", "what"),
    [
        ([K80.replace("gpu", "banana")], 2, "K80: kind is 'banana', expected 'gpu', 'tpu', 'cpu', 'other' or 'system'"),
        ([K80, "P100,P100,NVIDIA"], 3, "3 cells, expected 14: name,aliases"),
        ([K80.replace("2014", "soon")], 2, "K80: year is 'soon', expected a valid integer"),
        ([K80.replace("5600", "-1")], 2, "peak_gflops_fp32 is '-1', expected greater than 0"),
        ([K80.replace("NVIDIA", "")], 2, "K80 lacks vendor"),
        ([K80.replace("boost", "")], 2, "peak_gflops_fp32, peak_format and clock are given together"),
        ([K80, K80.replace("K80,Tes", "K40,Tes"), K80], 4, "K80 stands on line 2 already"),
        ([K80, "", K80], 3, "an empty line; take it out"),
        ([K80.replace("300,,", "300,K81,")], 2, "K80 contains 'K81', which has no line"),
        ([K80.replace("Tesla K80", '"Tesla K80')], 2, "this is no CSV"),
        ([K80.replace("Tesla K80", '"Tesla\nK80"'), "x"], 4, "1 cells, expected 14"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_faults_of_hardware(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], line: int, what: str
) -> None:
    """it tells what is wrong with a processor, on its line"""
    file = tmp_path / "hardware.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    monkeypatch.setattr(hardware, "HARDWARE_CSV", file)
    with pytest.raises(FaultyFileError) as raised:
        hardware.load_hardware.__wrapped__()
    assert (raised.value.faults[0].line, what in raised.value.faults[0].what) == (line, True), raised.value.faults


@pytest.mark.parametrize(
    ("module", "name", "text", "told"),
    [
        (tasks, "TASKS_TOML", '[a]\nwords = ["x"]\n', "tasks.toml:1: a lacks not_words"),
        (tasks, "TASKS_TOML", '[a]\nwords = ["x"]\nnot_words = ["x"]\n', "tasks.toml:3: a: 'x' has two meanings"),
        (untracked, "UNTRACKED_TOML", "datasets = []\nmetrics = [3]\npretraining = []", ".toml:2: metrics 1 is 3"),
        (not_models, "NOT_MODELS_TOML", 'words = ""\n', "not_models.toml:1: words: it is empty"),
        (published_models, "PUBLISHED_MODELS_TOML", "a = [3]\n", "published_models.toml:1: a 1 is 3"),
        (model_traits, "TRAITS_CSV", f"{TRAITS}\nsearch,model,(,a,b,c\n", ":2: search, pattern"),
        (thompson2020, "ROWS_CSV", "row,benchmark\nx\n", ":1: the header is 'row,benchmark', expected"),
    ],
    ids=["missing", "two meanings", "a number", "empty", "another number", "a pattern", "a header"],
)  # fmt: skip
def test_faults_of_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, text: str, told: str
) -> None:
    """it tells a fault of each other file by file and line"""
    file = tmp_path / Path(getattr(module, name)).name
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, name, file)
    loads = {
        tasks: tasks._names, untracked: untracked.load_untracked, not_models: not_models.load_not_models,
        published_models: published_models.load_published_models,
        model_traits: model_traits.load_trait_patterns, thompson2020: thompson2020._cells,
    }  # fmt: skip
    with pytest.raises(FaultyFileError) as raised:
        loads[module].__wrapped__()  # type: ignore[index]
    assert told in "\n".join(raised.value.told(fault) for fault in raised.value.faults)


def test_no_utf8(tmp_path: Path) -> None:
    """it names the line of a byte that is no UTF-8"""
    file = tmp_path / "tasks.toml"
    file.write_bytes(b"# one\n# caf\xe9\n")
    with pytest.raises(FaultyFileError, match=r"tasks.toml:2: this is no UTF-8"):
        files.read_toml(file, TasksShape)


def test_lines_of_toml() -> None:
    """it finds the line of a value in tables, lists of tables, lists and tables within them"""
    text = (
        '[a]\nx = "= [ { # "\ny = [\n  # no, [\n  { z = 1 },\n  { w = """\n[b]\n""",\n    z = 2 },\n]\n'
        "[[c]]\nk = 1\n[[c]]\nk = 2\n[d]\nz = 0\n[[d.e]]\nz = 1\n[[d.e]]\nz = 2\n[f]\nz = 3\n"
    )
    lines = {
        ("a",): 1, ("a", "x"): 2, ("a", "y", 0, "z"): 5, ("a", "y", 1, "z"): 9,
        ("c", 0, "k"): 12, ("c", 1, "k"): 14, ("c", 1, "none"): 13,
        ("d", "e", 1, "z"): 20, ("d", "z"): 16, ("f", "z"): 22, ("nowhere",): 1,
    }  # fmt: skip
    assert {place: line_of(text, place) for place in lines} == lines


def test_the_repository_is_sound() -> None:
    """it finds no fault in the files of the repository"""
    found = list(check.check_reference())
    assert [one.faults for one in found if one.faults] == []
    assert {one.file.name for one in found} == {
        p.name for p in benchmarks.BENCHMARKS_TOML.parent.iterdir() if p.suffix in (".csv", ".toml")
    }


def test_examples_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it tells an example of a benchmark that does not hold"""
    monkeypatch.setattr(check, "BENCHMARKS_TOML", benchmarks_file(tmp_path, refused='"on Toyset"'))
    entry = next(iter(benchmarks.load_benchmarks().values()))
    wrong = benchmarks.Benchmark(
        **vars(entry) | {"examples_match": ("nothing here",), "examples_refuse": (entry.name,)}
    )
    monkeypatch.setattr(check, "load_benchmarks", lambda: {entry.id: wrong})
    told = next(iter(check.check_reference())).faults
    assert len(told) == 2
    assert "is not found in its example 'nothing here'" in told[0] and "is found in its example" in told[1]


def test_shapes_name_every_column() -> None:
    """it knows every key of the published figures and of the words that are no models"""
    assert set(PublishedShape.model_fields) == set(thompson2020.load_published())
    assert "printed_starts" in NotModelsShape.model_fields
