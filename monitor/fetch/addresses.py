"""Which IP addresses belong to the public internet.

``ipaddress.is_global`` is not enough: its answers changed between Python releases, and it takes
addresses for public that carry another, private one inside (NAT64, 6to4, Teredo).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_GLOBAL_UNICAST = IPv6Network("2000::/3")  # everything else in IPv6 is special or unassigned

_SPECIAL = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; clouds keep metadata services here
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "240.0.0.0/4",
        "2001::/23",  # IETF protocols, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",
    )
)

_KINDS = ("unspecified", "loopback", "link_local", "multicast", "private", "reserved")


def is_public(address: Address) -> bool:
    """Whether the address is an ordinary one of the public internet."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return (
        address.is_global and not address.is_multicast and not any(address in n for n in _SPECIAL)
    )


def kind(address: Address) -> str:
    """What an address that is not public is, in a word, such as ``private`` or ``special``."""
    names = (name for name in _KINDS if getattr(address, f"is_{name}"))
    return next(names, "special").replace("_", "-")
