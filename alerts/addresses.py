"""Which hosts can be dialled, and which may be: everything public, private networks only where the operator says so."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Written out: on 3.11 ipaddress.is_global says yes to multicast, to NAT64 of anything, and to 192.0.0.192.
_INSIDE = tuple(
    IPv4Network(net) for net in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_NEVER = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_INSIDE6 = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))
_GLOBAL6 = IPv6Network("2000::/3")
# Teredo and its kin, documentation, 6to4: some could carry an IPv4 address past the list above.
_NEVER6 = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")


_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
"""A name that can be looked up: a label that is empty or too long makes the look-up itself fail."""


def is_host(text: str) -> bool:
    """Whether *text* is the name of a host, or an address of one without brackets and zone."""
    if ":" not in text:
        return _NAME.fullmatch(text) is not None
    try:
        return "%" not in text and bool(IPv6Address(text))
    except ValueError:
        return False


def refusal(address: str, *, inside: bool = False) -> str:
    """Say why *address* may not be dialled, or nothing; *inside* admits loopback and private networks."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        return _refusal6(ip, inside=inside)
    return _refusal4(ip, inside=inside)


def _refusal4(ip: IPv4Address, *, inside: bool) -> str:
    if any(ip in net for net in _NEVER):
        return "special address"
    return "" if inside or not any(ip in net for net in _INSIDE) else "private address"


def _refusal6(ip: IPv6Address, *, inside: bool) -> str:
    if any(ip in net for net in _INSIDE6):
        return "" if inside else "private address"
    if ip in _NAT64:
        # On an IPv6-only network the whole IPv4 internet appears here, so the inner address decides.
        return _refusal4(IPv4Address(ip.packed[-4:]), inside=False)
    if ip not in _GLOBAL6 or any(ip in net for net in _NEVER6):
        return "special address"
    return ""
