"""A browser that people have: Debian's chromium over the served desk, and what it must never say.

Every page that is opened here is listened to: a dialog, an error in the console or a report of the content security
policy is kept in ``heard`` and fails the test that looks.
"""

import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Dialog, Page, async_playwright

from tests.desks import ServedDesk
from watcher.people.roles import Role

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
AXE = Path(__file__).parents[1] / ".tools" / "browser" / "axe.js"

needs_chromium = pytest.mark.skipif(
    not CHROMIUM, reason="no chromium on PATH: install Debian's package `chromium` to run the journeys in a browser"
)
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not built: `make assets` does that")

PHONE = (360, 740)
DESKTOP = (1280, 900)

Scheme = Literal["light", "dark"]

_LISTEN = """document.addEventListener('securitypolicyviolation', e =>
  console.error('CSP report: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));"""


@dataclass
class Person:
    """Somebody at a browser: ``page`` is their tab, ``heard`` whatever no page of ours may say."""

    page: Page
    url: str
    heard: list[str] = field(default_factory=list)

    async def open(self, path: str) -> int:
        """Open a page of the desk and return its status."""
        answer = await self.page.goto(self.url + path, wait_until="domcontentloaded")
        assert answer is not None
        return answer.status

    async def grave(self) -> list[str]:
        """Return what axe finds that is serious or critical: its rule, and the first places."""
        await self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = await self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['help']}: " + " | ".join(node["html"][:160] for node in one["nodes"][:3])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    async def overhang(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start chromium; as root it has no sandbox, which loopback pages of our own do not need."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*sandbox, "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            await browser.close()


async def at(
    browser: Browser,
    desk: ServedDesk,
    who: Role | str | None,
    *,
    scheme: Scheme = "light",
    size: tuple[int, int] = DESKTOP,
    lang: str = "en",
) -> Person:
    """Return *who*, signed in, at a tab of their own; nobody is signed in where it is None."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale=lang, reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)  # a rule is tried on thousands of reports, maybe on a busy machine
    if who is not None:
        await context.add_cookies([{"name": "watcher", "value": desk.session(who), "url": desk.url}])
    await context.add_init_script(_LISTEN)
    person = Person(await context.new_page(), desk.url)
    _listen(person)
    return person


def _listen(person: Person) -> None:
    async def dialog(shown: Dialog) -> None:
        person.heard.append(f"dialog on {person.page.url}: {shown.message}")
        await shown.dismiss()

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            person.heard.append(f"console on {person.page.url}: {message.text}")

    person.page.on("dialog", dialog)
    person.page.on("console", said)
    person.page.on(
        "pageerror", lambda error: person.heard.append(f"script on {person.page.url}: {json.dumps(str(error))}")
    )
