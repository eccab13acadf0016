"""The page: a report as one self-contained HTML file, to be read on a screen, in the dark, or on paper."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from indicators.bands import band_of, percent
from indicators.validation.matrix import Cell, Row
from indicators.validation.reports import Report

_STEPS = ((0.1, 0), (0.4, 1), (0.9, 2), (1.5, 3))
"""Strength of ln LR, up to which a cell has which shade; above the last it has the fourth."""

_STYLE = """
:root{color-scheme:light dark;--up:178 24 43;--down:33 102 172;--ink:#111;--paper:#fff;--rule:#bbb}
@media (prefers-color-scheme:dark){:root{--up:240 110 100;--down:100 160 230;--ink:#eee;--paper:#16181c;--rule:#555}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem;max-width:90rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{border:1px solid var(--rule);padding:.2rem .45rem;text-align:right}
th[scope=row],td.text{text-align:left;font-weight:normal}
th[scope=colgroup]{text-align:left;background:rgb(128 128 128/.18)}
thead th{vertical-align:bottom;max-width:9rem}
.matrix thead th:not(:first-child){writing-mode:vertical-rl;max-width:none;text-align:right}
td{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.u1{background:rgb(var(--up)/.12)}.u2{background:rgb(var(--up)/.28)}
.u3{background:rgb(var(--up)/.45)}.u4{background:rgb(var(--up)/.65)}
.d1{background:rgb(var(--down)/.12)}.d2{background:rgb(var(--down)/.28)}
.d3{background:rgb(var(--down)/.45)}.d4{background:rgb(var(--down)/.65)}
.strongest{font-weight:bold;outline:2px solid var(--ink);outline-offset:-2px}
.error{font-weight:bold}
.scroll{overflow-x:auto}
@media print{body{margin:0;font-size:9px;max-width:none}.scroll{overflow:visible}thead{display:table-header-group}
tr,li{break-inside:avoid}@page{size:A4 landscape;margin:12mm}}
"""

_KEY = (
    "Each number is ln LR: what seeing the indicator at full level adds to the log-odds of the scenario, in nats (0.69 "
    "doubles the odds, 2.3 makes them ten times as high). Red raises, blue lowers. * is the strongest of its column; = "
    "is the event itself and no forerunner of it. Empty: the indicator says nothing about it."
)


def page(report: Report) -> str:
    """Return *report* as an HTML document that needs no other file and no network."""
    html = Element("html", {"lang": "en"})
    head = SubElement(html, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "title").text = f"{report.assessment}: what its indicators tell apart"
    SubElement(head, "style").text = _STYLE
    body = SubElement(html, "body")
    SubElement(body, "h1").text = f"{report.assessment}, version {report.version}: what its indicators tell apart"
    SubElement(body, "p").text = _KEY
    _matrix(body, report)
    _findings(body, report)
    _reaches(body, report)
    _groups(body, report)
    return "<!doctype html>\n" + tostring(html, encoding="unicode", method="html") + "\n"


def shade(nats: float) -> str:
    """Return the class of a cell with *nats*: u1 to u4 upward, d1 to d4 downward, empty for next to nothing."""
    strength = next((step for limit, step in _STEPS if abs(nats) <= limit), 4)
    return f"{'u' if nats > 0 else 'd'}{strength}" if strength else ""


def _table(parent: Element, heads: Iterable[str], *, look: str = "") -> Element:
    table = SubElement(SubElement(parent, "div", {"class": "scroll"}), "table", {"class": look} if look else {})
    row = SubElement(SubElement(table, "thead"), "tr")
    for name in heads:
        SubElement(row, "th", {"scope": "col"}).text = name
    return SubElement(table, "tbody")


def _matrix(body: Element, report: Report) -> None:
    columns = report.matrix.columns
    table = _table(body, ("indicator", *columns), look="matrix")
    group = ""
    for row in report.matrix.rows:
        if row.group != group:
            group = row.group
            line = SubElement(table, "tr")
            SubElement(line, "th", {"scope": "colgroup", "colspan": str(len(columns) + 1)}).text = group
        _row(SubElement(table, "tr"), row, columns)


def _row(line: Element, row: Row, columns: tuple[str, ...]) -> None:
    SubElement(line, "th", {"scope": "row"}).text = row.indicator
    for key in columns:
        cell = row.cells.get(key)
        if cell is None:
            SubElement(line, "td")
            continue
        classes = " ".join(filter(None, (shade(cell.nats), "strongest" if cell.strongest else "")))
        SubElement(line, "td", {"class": classes, "title": cell.rating}).text = f"{cell.nats:+.2f}{_mark(cell)}"


def _mark(cell: Cell) -> str:
    return "=" if cell.itself else "*" if cell.strongest else ""


def _findings(body: Element, report: Report) -> None:
    SubElement(body, "h2").text = f"Findings: {len(report.findings)}"
    found = SubElement(body, "ol")
    for finding in report.findings:
        item = SubElement(found, "li", {"class": str(finding.severity)})
        SubElement(item, "strong").text = f"{finding.kind}: "
        SubElement(item, "span").text = f"{finding.what}. "
        SubElement(item, "em").text = f"What to do: {finding.instead}."


def _reaches(body: Element, report: Report) -> None:
    if not report.reaches:
        return
    SubElement(body, "h2").text = "How far each can move at all"
    scale = report.estimative.scale
    table = _table(body, ("scenario", "least", "term", "prior", "most", "term"))
    for reach in report.reaches:
        line = SubElement(table, "tr")
        SubElement(line, "th", {"scope": "row"}).text = reach.key
        for text in (
            percent(reach.low),
            scale[band_of(reach.low, scale)].terms["en"],
            percent(reach.prior),
            percent(reach.high),
            scale[band_of(reach.high, scale)].terms["en"],
        ):
            SubElement(line, "td").text = text


def _groups(body: Element, report: Report) -> None:
    SubElement(body, "h2").text = "Declared groups"
    table = _table(body, ("group", "indicators", "raise together", "nats one by one", "nats counted"))
    for group in report.groups:
        for number, shared in enumerate(group.shared or (None,)):
            line = SubElement(table, "tr")
            SubElement(line, "th", {"scope": "row"}).text = "" if number else group.name
            SubElement(line, "td", {"class": "text"}).text = "" if number else ", ".join(group.members)
            told = f"{shared.scenario}: {', '.join(shared.members)}" if shared else "-"
            SubElement(line, "td", {"class": "text"}).text = told
            SubElement(line, "td").text = f"{shared.alone:+.2f}" if shared else ""
            SubElement(line, "td").text = f"{shared.counted:+.2f}" if shared else ""
