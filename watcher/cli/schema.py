"""``watcher schema``: the file formats as JSON Schema, for editors that complete and check while one writes."""

from enum import StrEnum
from typing import Annotated

import typer

from watcher.cli.printing import print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    app.command("schema")(schema)


class File(StrEnum):
    """The kinds of files that a person writes."""

    ASSESSMENT = "assessment"
    CONFIGURATION = "configuration"


def schema(
    file: Annotated[File, typer.Argument(help="Which file's format to print.")] = File.ASSESSMENT,
) -> None:
    """Print the JSON Schema of an assessment or of watcher.yaml.

    Save it and name it on the first line of your file, and an editor with YAML support completes
    keys and marks mistakes: `# yaml-language-server: $schema=assessment.schema.json`
    """
    from indicators.assessments import Assessment
    from watcher.settings import Settings

    model = Assessment if file is File.ASSESSMENT else Settings
    print_json(model.model_json_schema(by_alias=True))
