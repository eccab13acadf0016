"""Addresses of databases as other programs take them."""

from sqlalchemy import URL, make_url


def without_password(url: str) -> str:
    """Return the address of a PostgreSQL server as its own tools take it, without any password."""
    asked = make_url(url).difference_update_query(("password", "passfile"))
    bare = URL.create("postgresql", asked.username, None, asked.host, asked.port, asked.database, asked.query)
    return bare.render_as_string(hide_password=False)
