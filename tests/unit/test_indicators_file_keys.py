"""What to write for a key that is missing: said for every one that a file must have, and right."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter

from indicators.assessments import Assessment, Question
from indicators.rules import Indicator
from indicators.written.file_keys import nearest_key, sketch
from watcher.settings import Settings


def _required(model: type[BaseModel]) -> Iterator[str]:
    yield from (found.alias or name for name, found in model.model_fields.items() if found.is_required())


@pytest.mark.parametrize(
    ("model", "key"),
    [(model, key) for model in (Assessment, Settings, Indicator, Question) for key in _required(model)],
)
def test_for_every_key_that_a_file_must_have_it_is_said_what_to_write(model: type[BaseModel], key: str) -> None:
    """Nobody is told that something is missing and left with that."""
    assert sketch(model, (key,)).startswith(f"write {key}: ")


@pytest.mark.parametrize(
    ("model", "path", "told"),
    [
        (Assessment, ("schema",), "write schema: watcher-assessment/1"),
        (Assessment, ("title",), "write title: {en: …, fr: …}"),
        (Assessment, ("as_of",), "write as_of: 2026-10-01"),
        (Assessment, ("regions",), "write regions: {mali: {countries: [ML]}}"),
        (Assessment, ("indicators", 3, "effects"), "write effects: {coup_attempt: [VL, U]}"),
        (Assessment, ("indicators", 3, "count", "half_life_days"), "write half_life_days: 14"),
        (Assessment, ("scenarios", 0, "impact"), "write impact: one of moderate, high, extreme"),
        (Settings, ("routes",), "write routes: [{to: [desk]}]"),
        (Settings, ("recipients",), 'write recipients: [{channels: {console: ""}, id: desk}]'),
        (Settings, ("nothing", "like", "it"), ""),
        (Settings, (), ""),
        (Assessment, ("indicators", 0), ""),
    ],
)
def test_the_sketch_shows_how_it_begins(model: type[BaseModel], path: tuple[str | int, ...], told: str) -> None:
    """By the field's example, else by its kind."""
    assert sketch(model, path) == told


def _examples(model: type[BaseModel]) -> Iterator[tuple[str, Any, Any]]:
    for name, found in model.model_fields.items():
        for example in found.examples or ():
            kind = Annotated[found.annotation, *found.metadata] if found.metadata else found.annotation
            yield f"{model.__name__}.{name}", kind, example


@pytest.mark.parametrize(
    ("kind", "example"),
    [
        pytest.param(kind, example, id=name)
        for model in (Assessment, Settings, Indicator)
        for name, kind, example in _examples(model)
    ],
)
def test_what_an_example_shows_can_be_read(kind: Any, example: Any) -> None:
    """Whoever copies it is not refused again."""
    TypeAdapter(kind).validate_python(example)


def test_an_unknown_key_is_led_to_the_one_that_was_meant() -> None:
    """One of its own place before one of another."""
    assert nearest_key(Assessment, ("indicators", 0, "effekts")) == "effects"
    assert nearest_key(Assessment, ("indicators", 0, "zzz")) == ""
