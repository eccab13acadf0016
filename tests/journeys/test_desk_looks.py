"""Every page in a real browser: nobody is kept out of it by how it looks, and nothing that a feed wrote comes alive."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from playwright.async_api import Browser

from indicators.items import Item
from tests.browsers import PHONE, Person, Scheme, at, chromium, needs_axe, needs_chromium
from tests.desks import ServedDesk
from tests.programs import released
from watcher.people.roles import Role
from watcher.store import items
from watcher.web.desk.pages import PAGES

pytestmark = [needs_chromium, pytest.mark.timeout(600)]

BESIDE_THE_MENU = ("/indicators/mali-2025-12/fuel_shortage/edit", "/assessments/mali-2025-12/new-version")
"""Not in the menu: the page with the most fields, and the one with the longest."""

HOSTILE = (
    "<script>alert('a script')</script>",
    "<img src=x onerror=alert('an image')>",
    "<svg onload=alert('a drawing')><a href=javascript:alert(1)>press</a></svg>",
    "\"' autofocus onfocus=alert('an attribute') x='",
    "</textarea></title></script><script>alert('a way out')</script>",
    "<style>*{display:none}</style><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "{{ 7*7 }} {% raw %} ${alert('a template')} <div hx-get='/sign-out' hx-trigger='load'>",
    "\u202etxt.exe fuel \u2066shortage\u2069 \u200b in Bamako <!--",
)


def _menu(role: Role) -> Iterator[str]:
    """Yield the pages in a role's menu, and those beside it."""
    yield from (page.menu.path for page in PAGES if page.menu is not None and role in page.menu.roles)
    if role is not Role.CLIENT:
        yield from BESIDE_THE_MENU


LISTS = {
    Role.OPERATOR: ("/", "/indicators", "/events", "/items", "/alerts", "/assessments", "/notices"),
    Role.CLIENT: ("/client/notices",),
}
"""Where the pages of single things are found, the first of each list; the board leads to the scenarios."""


async def _first_of(person: Person, listed: str) -> str:
    """Return the address of the first thing that a list leads to."""
    assert await person.open(listed) == 200, listed
    inner = "/scenarios/" if listed == "/" else f"{listed}/"
    link = person.page.locator(f"main a[href^='{inner}']").first
    return (await link.get_attribute("href") or "").partition("#")[0]


async def _seen(person: Person, path: str) -> list[str]:
    """Return what is wrong with how a page looks."""
    assert await person.open(path) == 200, path
    found = [f"{path}: {one}" for one in await person.grave()]
    over = await person.overhang()
    return [*found, f"{path}: wider than a phone by {over} pixels"] if over > 0 else found


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_kept_out(desk: ServedDesk, scheme: Scheme) -> None:
    """Axe finds nothing serious at a phone's width, and no page is wider: those of the menu, and one of each thing."""
    await released(desk, "acme")
    found: list[str] = []
    async with chromium() as browser:
        for role in (Role.OPERATOR, Role.CLIENT):
            person = await at(browser, desk, role, scheme=scheme, size=PHONE)
            single = [await _first_of(person, listed) for listed in LISTS[role]]
            for path in (*_menu(role), *single):
                found += await _seen(person, path)
            found += person.heard
    assert not found


_APART = """() => {
  const boxes = [...document.querySelectorAll('.place-name')]
    .filter(one => getComputedStyle(one).visibility !== 'hidden').map(one => one.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes.length > 3 && !boxes.some((a, n) => boxes.slice(n + 1).some(b => meet(a, b)));
}"""
"""Whether the names of places are there, and none that is shown lies on another."""


@needs_axe
async def test_what_is_wider_than_a_phone_shows_what_matters(desk: ServedDesk) -> None:
    """The page that is open is seen in the menu, and on the map no name lies on another."""
    async with chromium() as browser:
        person = await at(browser, desk, Role.LEAD, size=PHONE)
        await person.open("/assessments")
        await person.page.wait_for_load_state("load")
        here = await person.page.locator(".menu [aria-current]").bounding_box()
        assert here is not None
        assert here["x"] >= 0
        assert here["x"] + here["width"] <= PHONE[0] + 1
        await person.open("/map?days=90")
        await person.page.wait_for_function(_APART)


@needs_axe
async def test_what_axe_would_find(desk: ServedDesk) -> None:
    """The two looks above can fail: grey on grey, a field without a name and a wide page are found."""
    async with chromium() as browser:
        person = await at(browser, desk, Role.OPERATOR, size=PHONE)
        await person.open("/account")
        await person.page.evaluate(
            "document.querySelector('main').innerHTML = '<input><p class=bad>grey</p><pre>' + 'x'.repeat(200)"
        )
        await person.page.evaluate("document.querySelector('.bad').style.color = 'rgb(200, 200, 200)'")
        told = " ".join(await person.grave())
        assert "label" in told
        assert "color-contrast" in told
        assert await person.overhang() > 0


def _store_what_is_hostile(desk: ServedDesk) -> list[str]:
    """Store reports whose every text is hostile, some of which the rules count; return their pages."""
    number, at_ = count(), desk.clock() - timedelta(hours=1)
    texts = [*HOSTILE, *(f"Bamako: fuel shortage grows, petrol stations closed {text}" for text in HOSTILE)]
    found = [
        Item(
            id=f"0bad{next(number)}",
            source="wire",
            title=text,
            summary=f"In Bamako. {text}",
            content=text,
            lang="en",
            url=f"javascript:alert('a link')//{text}",
            published=at_,
            fetched=at_,
        )
        for text in texts
    ]
    with desk.plant.database.write() as connection:
        items.add(connection, found)
    return [f"/items/{one.id}" for one in found]


async def _walk(browser: Browser, desk: ServedDesk, role: Role, pages: list[str]) -> Person:
    """Open *pages*, and of each kind of page in which a feed's text stands the first ones that lead from them."""
    person = await at(browser, desk, role)
    for path in pages:
        assert await person.open(path) == 200, path
    for path, inner in (("/events", "/events/"), ("/alerts", "/alerts/"), ("/notices", "/notices/")):
        assert await person.open(path) == 200
        links = await person.page.locator(f"main a[href^='{inner}']").evaluate_all(
            "all => [...new Set(all.map(a => a.getAttribute('href').split('#')[0]))].slice(0, 3)"
        )
        for link in links:
            assert await person.open(link) == 200, link
    return person


async def test_nothing_that_a_feed_wrote_comes_alive(desk: ServedDesk) -> None:
    """I13, I14, I17: hostile reports are text on every page: no dialog, no report of the CSP, no fault of a script."""
    reports = _store_what_is_hostile(desk)
    await desk.come_round()
    async with chromium() as browser:
        asked = ["/items?q=fuel", "/events?q=fuel", "/indicators/new?match=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"]
        lead = await _walk(browser, desk, Role.LEAD, [*_menu(Role.LEAD), *reports, *asked])
        assert not lead.heard
        await lead.open("/events")
        assert await lead.page.get_by_text("fuel shortage grows").count() > 0
        async with lead.page.expect_console_message(lambda said: "CSP report" in said.text):  # the listening works
            await lead.page.evaluate(
                "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
            )
