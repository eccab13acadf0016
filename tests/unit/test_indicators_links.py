"""One page under many addresses."""

import pytest

from indicators.items import item_id
from indicators.links import canonical, site_of

PAGE = "news.example/a?id=3"


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a?id=3",
        "http://www.news.example:80/a/?id=3",
        "https://m.news.example/a?id=3&utm_source=x&utm_medium=y",
        "https://news.example/a?fbclid=abc&id=3#top",
        "https://amp.news.example/a?id=3",
        "https://news.example/a/amp?id=3",
        "https://news.example/amp/a?id=3&xtor=RSS-1",
    ],
)
def test_what_does_not_change_the_page_does_not_change_its_address(url: str) -> None:
    """Scheme, screen, tracking, AMP and fragment go; what is part of the page stays."""
    assert canonical(url) == PAGE
    assert item_id("wire", url=url) == item_id("wire", url=f"https://{PAGE}")


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/b?id=3",
        "https://news.example/a?id=4",
        "https://other.example/a?id=3",
        "https://news.example/a",
    ],
)
def test_another_page_stays_another(url: str) -> None:
    """Nothing that tells two reports apart is taken off."""
    assert canonical(url) != PAGE


@pytest.mark.parametrize("url", ["http://[bad/", "mailto:desk@wire.example", "javascript:x", ""])
def test_what_is_no_web_address_comes_back_as_it_is(url: str) -> None:
    """It is compared as a text."""
    assert canonical(url) == url


@pytest.mark.parametrize(
    ("host", "site"),
    [("m.rfi.fr", "rfi.fr"), ("www.rfi.fr", "rfi.fr"), ("m.fr", "m.fr"), ("amplify.example", "amplify.example")],
)
def test_a_mobile_host_is_its_sites(host: str, site: str) -> None:
    """A publisher's table names the site; a link from a phone must find it too."""
    assert site_of(host) == site
