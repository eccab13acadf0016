"""CSV tables: which column is which field, said by the operator; a table that changed is a fault and never a guess."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from watcher.sources.acled_event import COLUMNS as ACLED_COLUMNS
from watcher.sources.acled_event import acled_record
from watcher.sources.exchange import looks_like, poll_document
from watcher.sources.faults import Fault, SourceError
from watcher.sources.field_maps import FieldName, coded
from watcher.sources.http import Http, Response
from watcher.sources.json_documents import fetched_of
from watcher.sources.options import Options, Shows, options_of
from watcher.sources.records import Harvest, Record, RecordError
from watcher.sources.source import Fetched, SourceSettings, Validators

LONGEST_FIELD = 128 * 1024
"""Characters of one field: a longer one is nearly always a quotation mark that was never closed."""

_TOO_LONG = f"a field of more than {LONGEST_FIELD} characters (a quotation mark that is not closed?)"
_MARKS = {",": ",", ";": ";", "|": "|", "tab": "\t"}
_TOLD = 12
"""Columns of the file that a message names."""


def _known_encoding(name: str) -> str:
    try:
        b"".decode(codecs.lookup(name).name)
    except LookupError:
        raise ValueError(f"{name!r} is no encoding that is known; write utf-8, cp1252 or utf-16") from None
    return name


Columns = Annotated[
    tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v), Field(min_length=1, max_length=10)
]
"""One column's name or a list of them: their values are joined with ", " (codes and actors stay apart)."""


class CsvOptions(Options):
    """``columns``: a field of the report and the column that holds it; or ``preset``: a table that is known."""

    shows: ClassVar[Shows] = Shows.CURRENT
    for_anybody: ClassVar[bool] = True

    preset: Literal["acled"] | None = None
    columns: dict[FieldName, Columns] = Field(default_factory=dict)
    delimiter: Literal[",", ";", "|", "tab"] = ","
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8"
    date_format: str = Field(default="", max_length=60)
    scheme: str = Field(default="", pattern="^[a-z0-9_-]*$", max_length=20)

    @model_validator(mode="after")
    def _one_map(self) -> "CsvOptions":
        if bool(self.preset) == bool(self.columns):
            raise ValueError("write either columns (a field and its column) or preset: acled")
        if self.columns and not {"title", "summary", "content"} & set(self.columns):
            raise ValueError("name a column for title, summary or content: a report without words can match nothing")
        return self

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns that must be there."""
        if self.preset:
            return ACLED_COLUMNS
        return tuple(dict.fromkeys(name for names in self.columns.values() for name in names))


class CsvSource:
    """A kind of source: one CSV table behind one address."""

    options = CsvOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the table once, asking only for what changed since *validators*."""
        options = options_of(CsvOptions, settings.options, source=settings.id)
        read = partial(read_table, options=options, settings=settings.bare, now=now)
        accept = {"Accept": "text/csv, text/plain;q=0.8, */*;q=0.5"}
        return await poll_document(settings, http, validators, now, read=read, headers=accept)


class _ColumnsError(Exception):
    """The table is not the one that was described."""


def read_table(answer: Response, *, options: CsvOptions, settings: SourceSettings, now: datetime) -> Fetched:
    """Turn the answer into items, a row an item; raises :class:`SourceError` where the columns are not those asked for.

    A row with too many or too few fields is skipped and counted.
    """
    body = answer.body
    if not body.strip(b" \t\r\n\0"):
        raise SourceError(settings.id, Fault.EMPTY, "the answer has no content")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{")):
        raise SourceError(settings.id, Fault.NOT_A_FEED, f"looks like {looks_like(body)}")
    harvest = Harvest(source=settings.id, language=settings.lang, now=now)
    try:
        for row in _rows(_text(body, options.encoding, cut=answer.truncated), options, cut=answer.truncated):
            _take(row, options, harvest)
    except _ColumnsError as error:
        raise SourceError(settings.id, Fault.COLUMNS, str(error)) from None
    return fetched_of(harvest, body, cut=answer.truncated)


def _take(row: "_Row", options: CsvOptions, harvest: Harvest) -> None:
    where = f"line {row.line}"
    if row.odd:
        harvest.lose(f"{where}: {row.odd}")
        return
    try:
        record = acled_record(row.values, now=harvest.now) if options.preset else _record(row.values, options)
    except RecordError as error:
        harvest.lose(f"{where}: {error}")
    else:
        harvest.take(record, where=where)


def _record(values: Mapping[str, str], options: CsvOptions) -> Record:
    told: dict[str, Any] = {"date_format": options.date_format}
    for name, columns in options.columns.items():
        several = [values[column].strip() for column in columns if values[column].strip()]
        if name == "codes" and options.scheme:
            several = [coded(options.scheme, code) for code in several]
        told[name] = tuple(several) if name in {"codes", "actors"} else ", ".join(several)
    return Record(**told)


# The table: its text, its header, its rows.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    values: Mapping[str, str]
    odd: str = ""


def _text(body: bytes, encoding: str, *, cut: bool) -> str:
    plain = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
    try:
        text = codecs.getincrementaldecoder(plain)().decode(body, final=not cut)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise _ColumnsError(f"not {encoding} text at byte {at}: say the table's encoding in the options") from None
    if "\0" in text:
        raise _ColumnsError("a NUL character: this is no text in that encoding (utf-16, or a spreadsheet?)")
    # What follows the last line break may be half a row, and half a number looks like a number.
    return text[: text.rfind("\n") + 1] if cut else text


def _rows(text: str, options: CsvOptions, *, cut: bool) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_MARKS[options.delimiter], strict=True)
    lines = _lines(reader, cut=cut)
    header = [name.strip() for name in next(lines, [])]
    _check(header, options, cut=cut and not text)
    start = reader.line_num + 1
    for fields in lines:
        line, start = start, reader.line_num + 1
        if not fields:
            continue  # an empty line
        if len(fields) == len(header):
            yield _Row(line=line, values=dict(zip(header, fields, strict=True)))
        else:
            yield _Row(line=line, values={}, odd=f"{len(fields)} fields under {len(header)} columns")


def _lines(reader: Any, *, cut: bool) -> Iterator[list[str]]:
    try:
        for fields in reader:
            yield _short_enough(fields, line=reader.line_num)
    except csv.Error as error:
        if cut and "end of data" in str(error):
            return  # the row in which the connection broke
        what = "a quotation mark is not closed" if "end of data" in str(error) else str(error)
        what = _TOO_LONG if "field larger" in what else what
        raise _ColumnsError(f"line {reader.line_num}: {what}") from None


def _short_enough(fields: list[str], *, line: int) -> list[str]:
    if any(len(one) > LONGEST_FIELD for one in fields):
        raise _ColumnsError(f"line {line}: {_TOO_LONG}")
    return fields


def _check(header: list[str], options: CsvOptions, *, cut: bool) -> None:
    if cut:
        return
    there = ", ".join(header[:_TOLD]) + (" …" if len(header) > _TOLD else "")
    missing = [name for name in options.wanted if name not in header]
    if len(header) == 1 and missing:
        other = next((word for word, mark in _MARKS.items() if mark in header[0]), "")
        hint = f": is the delimiter {other!r}?" if other else ""
        raise _ColumnsError(f"the header is one column, {there[:100]!r}{hint}")
    if missing:
        raise _ColumnsError(f"no column {missing[0]!r}; there are: {there[:300]}")
    twice = [name for name in options.wanted if header.count(name) > 1]
    if twice:
        raise _ColumnsError(f"the column {twice[0]!r} is there twice")
