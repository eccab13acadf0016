"""The desk as an operator starts it: the demo's, and a new daemon's first account. Real processes."""

import asyncio
import json
import re
import signal
import sys
from pathlib import Path

import aiohttp

from tests.builders import small
from tests.daemons import LONGEST, RUNNING, Daemon, configure, until
from tests.desks import PASSWORD

HEADERS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


async def test_the_demo_opens_its_desk(tmp_path: Path) -> None:
    """It prints an address, names and a password; with them one is in, and Ctrl-C ends it well."""
    command = ["-m", "watcher", "demo", "--serve", "--port", "0", "--seconds", "0", "--until", "2025-09-03"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, "--folder", str(tmp_path / "demo"), stdout=asyncio.subprocess.PIPE
    )
    RUNNING.add(process.pid)
    assert process.stdout is not None
    told = ""
    async with asyncio.timeout(4 * LONGEST):
        while "the password is" not in told:
            told += (await process.stdout.readline()).decode()
    found = re.search(r"Open (http://127\.0\.0\.1:\d+/)", told), re.search(r"the password is (\S+)", told)
    assert found[0] is not None
    assert found[1] is not None
    url, password = found[0][1], found[1][1]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=HEADERS) as client:
        async with client.post(url + "sign-in", data={"name": "lead", "password": password}) as answer:
            shown = await answer.text()
        assert answer.status == 200
        assert "Mali: pressure on Bamako" in shown
    process.send_signal(signal.SIGINT)
    await process.stdout.read()
    assert await asyncio.wait_for(process.wait(), LONGEST) in (0, 1)  # 1: so short a story sends no alert
    RUNNING.discard(process.pid)


async def test_the_first_account_of_a_new_daemon(tmp_path: Path) -> None:
    """P07: the log has the token, the page takes it, and the board teaches until something was judged."""
    config = configure(tmp_path, small(), sources={"wire": "http://127.0.0.1:9/rss"}, channels={"console": ""})
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | {"web": {"listen": "127.0.0.1:0"}}), "utf-8")
    daemon = Daemon(config)
    await daemon.start()

    def logged(name: str) -> str:
        rows = [json.loads(line) for line in daemon.log.read_text("utf-8").splitlines() if line.startswith("{")]
        return next((str(row[name]) for row in rows if name in row), "")

    await until(lambda: bool(logged("setup_token") and logged("port")), what="the desk is served")
    url = f"http://127.0.0.1:{logged('port')}"
    fields = {"token": logged("setup_token"), "name": "ops", "password": PASSWORD, "again": PASSWORD}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=HEADERS) as client:
        async with client.get(url + "/") as answer:
            assert str(answer.url) == f"{url}/first-account"
        async with client.post(url + "/first-account", data=fields) as answer:
            shown = await answer.text()
    assert (answer.status, str(answer.url)) == (200, f"{url}/")
    assert "Sign out" in shown
    assert await daemon.stop() == 0
