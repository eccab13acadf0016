"""A query read back in plain words, in English or French: one sentence, or an indented list when it is long.

What this module does not know (a construct that came later) is shown as it is written, never left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap
from typing import cast

from indicators.query import syntax
from indicators.query.syntax import Field

WIDTH = 120
"""Columns; a query that fits into one line stays one sentence."""

_INDENT = "  "


class Join(StrEnum):
    """How the parts of an outline belong together."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    NOT_ALL = "not all"


@dataclass(frozen=True, slots=True)
class Outline:
    """A clause (``text``), or several under one heading (``join`` of ``parts``)."""

    text: str = ""
    join: Join | None = None
    parts: tuple["Outline", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tongue:
    """The words of one language that queries are read back with."""

    quoted: str
    word: str
    phrase: str
    words: str
    stem: str
    mentions: str
    lacks: str
    lacks_each: tuple[str, str]
    lacks_words: str
    any_word: str
    who: dict[Field | None, str]
    is_named: str
    is_not_named: str
    named: dict[str, str]
    and_: str
    or_: str
    no: str
    in_field: dict[Field, str]
    near: str
    then: str
    same_sentence: str
    apart: tuple[str, str]
    joins: dict[Join, tuple[str, str]]
    """For each join: what stands between the parts in a sentence, and the heading of a list."""


_EN = _Tongue(
    quoted="“{}”",
    word="the word {}",
    phrase="the words {}",
    words="one of the words {}",
    stem="{} in any form",
    mentions="{} mentions {}",
    lacks="{} does not mention {}",
    lacks_each=("{} does not mention {}", " or "),
    lacks_words="{} mentions none of the words {}",
    any_word="any of the words {}",
    who={
        None: "the report",
        Field.TITLE: "the headline",
        Field.BODY: "the text below the headline",
        Field.LEAD: "the headline or first sentence",
    },
    is_named="{} is {}",
    is_not_named="{} is not {}",
    named={"source": "the source", "lang": "the language", "type": "the type"},
    and_=" and ",
    or_=" or ",
    no="no {}",
    in_field={
        Field.TITLE: "{} in the headline",
        Field.BODY: "{} below the headline",
        Field.LEAD: "{} in the headline or first sentence",
    },
    near="{} and {} {}",
    then="{} and then {} {}",
    same_sentence="{} and {} in one sentence",
    apart=("with at most one word between", "with at most {} words between"),
    joins={
        Join.ALL: (", and ", "all of this holds:"),
        Join.ANY: (", or ", "any of this holds:"),
        Join.NONE: ("", "none of this holds:"),
        Join.NOT_ALL: ("", "not all of this holds at once:"),
    },
)

_FR = _Tongue(
    quoted="« {} »",
    word="le mot {}",
    phrase="les mots {}",
    words="un des mots {}",
    stem="{} sous toutes ses formes",
    mentions="{} mentionne {}",
    lacks="{} ne mentionne pas {}",
    lacks_each=("{} ne mentionne ni {}", " ni "),
    lacks_words="{} ne mentionne aucun des mots {}",
    any_word="un des mots {}",
    who={
        None: "l'article",
        Field.TITLE: "le titre",
        Field.BODY: "le texte sous le titre",
        Field.LEAD: "le titre ou la première phrase",
    },
    is_named="{} est {}",
    is_not_named="{} n'est pas {}",
    named={"source": "la source", "lang": "la langue", "type": "le type"},
    and_=" et ",
    or_=" ou ",
    no="pas de {}",
    in_field={
        Field.TITLE: "{} dans le titre",
        Field.BODY: "{} sous le titre",
        Field.LEAD: "{} dans le titre ou la première phrase",
    },
    near="{} et {} {}",
    then="{} puis {} {}",
    same_sentence="{} et {} dans une même phrase",
    apart=("séparés d'un mot au plus", "séparés de {} mots au plus"),
    joins={
        Join.ALL: (", et ", "tout ceci est vrai :"),
        Join.ANY: (", ou ", "l'un de ces cas est vrai :"),
        Join.NONE: ("", "aucun de ces cas n'est vrai :"),
        Join.NOT_ALL: ("", "tout ceci n'est pas vrai à la fois :"),
    },
)

_TONGUES = {"en": _EN, "fr": _FR}

LANGUAGES = tuple(_TONGUES)
"""Languages in which a query can be read back, as ISO 639-1 codes."""


def describe(node: syntax.Node, lang: str = "en", *, width: int = WIDTH) -> str:
    """Return *node* in plain words: a sentence, or lines of at most *width* columns where it is long.

    *lang* is one of :data:`LANGUAGES`; raises ``KeyError`` for another.
    """
    return written(outline(node, lang), lang, width=width)


def outline(node: syntax.Node, lang: str = "en") -> Outline:
    """Return *node* as clauses and headings, to be written out by :func:`written`."""
    return _Reader(_TONGUES[lang]).outline(node, None)


def written(told: Outline, lang: str = "en", *, width: int = WIDTH, lead: str = "", end: str = "") -> str:
    """Return *told* after *lead*: in one line if it fits *width*, or as an indented list.

    *end* closes a sentence that is no list.
    """
    sentence = f"{lead}{_inline(told, _TONGUES[lang])}{end}"
    if told.join is None or (len(sentence) <= width and _can_be_inline(told)):
        return "\n".join(lines(sentence, width, indent=_INDENT))
    return "\n".join(_listed(told, _TONGUES[lang], width, lead, depth=0))


def lines(text: str, width: int, *, indent: str = "") -> list[str]:
    """Return *text* in lines of at most *width* columns, the second and later ones after *indent*.

    Marks that French sets apart, and the sign of per cent, stay with their word.
    """
    tied = _APART.sub("\u00a0", text)
    cut = wrap(tied, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in cut] or [text]


_APART = re.compile(" (?=[:;?!%»])|(?<=«) ")


def quoted(text: str, lang: str) -> str:
    """Return *text* in the quotation marks of *lang*."""
    return _TONGUES[lang].quoted.format(text)


def _listed(told: Outline, tongue: _Tongue, width: int, lead: str, *, depth: int) -> Iterable[str]:
    join = cast("Join", told.join)
    yield f"{_INDENT * depth}{lead}{tongue.joins[join][1]}"
    inner = _INDENT * (depth + 1)
    for part in told.parts:
        sentence = f"{inner}- {_inline(part, tongue)}"
        if part.join is None or (len(sentence) <= width and _can_be_inline(part)):
            yield from lines(sentence, width, indent=f"{inner}  ")
        else:
            yield from _listed(part, tongue, width, "- ", depth=depth + 1)


def _can_be_inline(told: Outline) -> bool:
    """Whether a sentence can hold it: NONE and NOT ALL of several parts need a list to be understood."""
    return told.join in (None, Join.ALL, Join.ANY) and all(map(_can_be_inline, told.parts))


def _inline(told: Outline, tongue: _Tongue) -> str:
    if told.join is None:
        return told.text
    between, heading = tongue.joins[told.join]
    parts = [
        _inline(part, tongue) if part.join in (None, told.join) else f"({_inline(part, tongue)})" for part in told.parts
    ]
    return between.join(parts) if between else f"{heading} {'; '.join(parts)}"


class _Reader:
    """Reads nodes in one tongue. A *field* of ``None`` is the whole report."""

    def __init__(self, tongue: _Tongue) -> None:
        self._tongue = tongue

    def outline(self, node: object, field: Field | None) -> Outline:
        match node:
            case syntax.Within(inner, part):
                return self._within(inner, part, field)
            case syntax.Not(part):
                return self._negated(part, field)
            case syntax.And(parts) if not all(map(_is_plain, parts)):
                return _joined(Join.ALL, (self.outline(part, field) for part in parts))
            case syntax.Or(parts):
                return self._either(parts, field)
            case _:
                return self._mention(self._thing(node), field)

    def _mention(self, thing: str, field: Field | None) -> Outline:
        return Outline(self._tongue.mentions.format(self._who(field), thing))

    def _who(self, field: Field | None) -> str:
        return self._tongue.who.get(field) or str(field)

    def _within(self, field: Field, part: object, outer: Field | None) -> Outline:
        if field not in self._tongue.who:
            return self._names(field, part, negated=False)
        if outer in (None, field):
            return self.outline(part, field)
        # title: inside body: can never hold; said as it is written, so that one sees it
        return _joined(Join.ALL, (Outline(f"{self._who(outer)} = {self._who(field)}"), self.outline(part, field)))

    def _names(self, field: Field, part: object, *, negated: bool) -> Outline:
        tongue = self._tongue
        if isinstance(part, syntax.Not):
            return self._names(field, part.part, negated=not negated)
        names = tongue.or_.join(n.term.written if isinstance(n, syntax.Find) else str(n) for n in _flat((part,)))
        form = tongue.is_not_named if negated else tongue.is_named
        return Outline(form.format(tongue.named.get(str(field), str(field)), names))

    def _either(self, parts: Iterable[object], field: Field | None, *, join: Join = Join.ANY) -> Outline:
        """One clause for all the words among *parts*, and one for each other part."""
        flat = list(_flat(parts))
        words = [part for part in flat if _is_plain(part)]
        first = [self._mention(self._choice(words), field)] if words else []
        told = [*first, *(self.outline(part, field) for part in flat if not _is_plain(part))]
        return _joined(join, told) if len(told) > 1 else told[0]

    def _negated(  # noqa: PLR0911 - one return for each construct of the language
        self, part: object, field: Field | None
    ) -> Outline:
        tongue = self._tongue
        match part:
            case syntax.Not(inner):
                return self.outline(inner, field)
            case syntax.Within(inner_field, inner) if inner_field not in tongue.who:
                return self._names(inner_field, inner, negated=True)
            case syntax.Within(inner_field, inner) if field in (None, inner_field):
                return self._negated(inner, inner_field)
            case syntax.Or(parts) if all(map(_is_plain, _flat(parts))):
                return Outline(self._lacking(list(_flat(parts)), field))
            case syntax.Or(parts):
                return self._either(parts, field, join=Join.NONE)
            case syntax.And(parts):
                return Outline(join=Join.NOT_ALL, parts=tuple(self.outline(p, field) for p in parts))
            case _:
                return Outline(tongue.lacks.format(self._who(field), self._thing(part)))

    def _lacking(self, words: list[object], field: Field | None) -> str:
        tongue = self._tongue
        names, own = self._names_and_words(words)
        if not names and len(own) > 1:
            return tongue.lacks_words.format(self._who(field), _listed_with(tongue.or_, own))
        told = [*names, *([tongue.any_word.format(_listed_with(tongue.or_, own))] if len(own) > 1 else own)]
        if len(told) == 1:
            return tongue.lacks.format(self._who(field), told[0])
        form, nor = tongue.lacks_each
        listed = _listed_with(nor, told) if nor == tongue.or_ else nor.join(told)
        return form.format(self._who(field), listed)

    def _thing(self, node: object) -> str:  # noqa: PLR0911 - one return for each construct
        """Return *node* as something that a text can have: a word, words near one another."""
        tongue = self._tongue
        match node:
            case syntax.Or(parts):
                flat = list(_flat(parts))
                words = [part for part in flat if _is_plain(part)]
                rest = [self._side(part) for part in flat if not _is_plain(part)]
                return tongue.or_.join([*([self._choice(words)] if words else []), *rest])
            case syntax.And(parts):
                return tongue.and_.join(map(self._side, parts))
            case syntax.Near(left, right, words, ordered):
                one, more = tongue.apart
                apart = one if words == 1 else more.format(words)
                return (tongue.then if ordered else tongue.near).format(self._side(left), self._side(right), apart)
            case syntax.SameSentence(left, right):
                return tongue.same_sentence.format(self._side(left), self._side(right))
            case syntax.Not(part):
                return tongue.no.format(self._side(part))
            case syntax.Within(field, part) if field in tongue.in_field:
                return tongue.in_field[field].format(self._side(part))
            case syntax.Within(field, part):
                return self._names(field, part, negated=False).text
            case _:
                return self._choice([node]) if _is_plain(node) else str(node)

    def _side(self, node: object) -> str:
        """Return a part of something larger, in brackets unless it is one word."""
        return self._thing(node) if _is_plain(node) else f"({self._thing(node)})"

    def _choice(self, words: Iterable[object]) -> str:
        """Return the concepts and actors among *words* by their names, then the words that are written out."""
        names, own = self._names_and_words(words)
        if len(own) > 1:
            own = [self._tongue.words.format(_listed_with(self._tongue.or_, own))]
        return _listed_with(self._tongue.or_, [*names, *own])

    def _names_and_words(self, words: Iterable[object]) -> tuple[list[str], list[str]]:
        found = list(words)
        names = [self._tongue.quoted.format(_spoken(n)) for n in found if not isinstance(n, syntax.Find)]
        own = [n.term.written for n in found if isinstance(n, syntax.Find)]
        if len(own) == 1:
            form = self._tongue.phrase if len(own[0].split()) > 1 else self._tongue.word
            return names, [form.format(self._term(own[0]))]
        return names, [self._term(written) for written in own]

    def _term(self, term: str) -> str:
        shown = self._tongue.quoted.format(term.replace("*", "…").replace("~", ""))
        return self._tongue.stem.format(shown) if "~" in term else shown


def _joined(join: Join, parts: Iterable[Outline]) -> Outline:
    """Return *parts* under *join*, with what is joined in the same way brought up."""
    same = Join.ANY if join is Join.NONE else join
    return Outline(join=join, parts=tuple(p for part in parts for p in (part.parts if part.join is same else (part,))))


def _listed_with(last: str, told: list[str]) -> str:
    return last.join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _spoken(node: object) -> str:
    return str(getattr(node, "name", node)).replace("_", " ")


def _flat(nodes: Iterable[object]) -> Iterator[object]:
    for node in nodes:
        if isinstance(node, syntax.Or):
            yield from _flat(node.parts)
        else:
            yield node


def _is_plain(node: object) -> bool:
    """Whether *node* is said by one word or name: a word, a concept, an actor, a named query."""
    return isinstance(node, syntax.Find | syntax.Concept | syntax.Actor | syntax.Named)
