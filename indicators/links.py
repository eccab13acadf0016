"""Links: the address by which two copies of one page are known, whoever shared it and for which screen."""

import re
from urllib.parse import SplitResult, urlsplit

_TRACKING = re.compile(
    r"(?:utm_\w+|at_\w+|xtor|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|ref_src|ns_\w+|"
    r"__?hs\w+|mkt_tok|cmpid|ocid|smid|feature=share|share|amp|outputtype)(?:=.*)?",
    re.IGNORECASE,
)
_SCREENS = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)", re.IGNORECASE)
_AMP = re.compile(r"/amp(?:\.html)?/?$|^/amp(?=/)|\.amp(?=\.html$)", re.IGNORECASE)
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def canonical(url: str) -> str:
    """Return *url* without what does not change the page: scheme and screen of the host, tracking, AMP, fragment.

    It is for comparing and not for clicking: ``http://m.news.example/a/amp?utm_source=x#top`` and
    ``https://www.news.example/a`` are both ``news.example/a``. What cannot be read comes back as it is.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in _USUAL_PORTS or not parts.hostname:
        return url
    query = "&".join(part for part in parts.query.split("&") if part and not _TRACKING.fullmatch(part))
    path = _AMP.sub("", parts.path).rstrip("/")
    return f"{site_of(_host(parts))}{path}{'?' if query else ''}{query}"


def site_of(host: str) -> str:
    """Return *host* without a label that only says for which screen it is (www, m, mobile, amp)."""
    return _SCREENS.sub("", host)


def _host(parts: SplitResult) -> str:
    told = parts.netloc.rpartition("@")[2].casefold()
    return told.removesuffix(_USUAL_PORTS[parts.scheme])
