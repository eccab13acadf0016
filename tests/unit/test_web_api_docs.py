"""The guide of the API: each of its curl lines, sent to a served desk as it stands there."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from tests.desks import ServedDesk
from tests.programs import token_of
from watcher.people.roles import Role, Scope

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"

_VALUED = {"-X": "method", "-H": "header", "-d": "data", "--data-urlencode": "query", "-o": "output"}
_BARE = {"-s", "-G"}


@dataclass
class Call:
    """What one curl line asks for."""

    url: str = ""
    told: dict[str, list[str]] = field(default_factory=dict)


def calls() -> list[Call]:
    """Return the guide's curl lines in order; an option that is not known here fails, so that none is passed over."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [_call(shlex.split(line)[1:]) for line in lines if line.startswith("curl ")]


def _call(words: list[str]) -> Call:
    made, left = Call(), iter(words)
    for word in left:
        if word in _VALUED:
            made.told.setdefault(_VALUED[word], []).append(next(left))
        elif word not in _BARE:
            assert not made.url, f"{word} is no option that this test knows"
            made.url = word
    return made


async def test_every_line_of_the_guide_is_answered(desk: ServedDesk) -> None:
    """Typed as they stand, with the reader's own token, the guide's lines are answered and not refused."""
    ours = token_of(desk, Role.OPERATOR, Scope.READ, Scope.ACT)["Authorization"]
    acme = token_of(desk, Role.CLIENT, Scope.READ, client="acme")["Authorization"]
    asked, somebody = calls(), desk.stranger()
    assert len(asked) >= 9
    for one in asked:
        bearer = acme if "/client/" in one.url else ours
        headers = dict(header.replace("Bearer $TOKEN", bearer).split(": ", 1) for header in one.told.get("header", ()))
        url = one.url.replace("$WATCHER", desk.url)
        assert "$" not in url + "".join(headers.values()), one
        params = dict(query.split("=", 1) for query in one.told.get("query", ()))
        method = one.told.get("method", ["GET"])[0]
        sent = somebody.client.request(
            method, url, headers=headers, params=params or None, data=one.told.get("data", [None])[0]
        )
        async with sent as answer:
            assert answer.status in (200, 201), (one.url, await answer.text())
