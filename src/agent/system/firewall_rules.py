"""What the rules of a firewall do to one packet: the first of a new TCP connection to a port, from anywhere.

A rule that depends on more than that may match or not. Dropped is only what is dropped either way: no other answer proves anything.
"""

import shlex
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

Verdict = Literal["accept", "drop", "return"]
OURS = ("inet", "litellm_gitops")
# Chains call each other without end nowhere: nft and iptables refuse that.
DEEPEST = 16
VERDICTS: dict[str, Verdict] = {"accept": "accept", "drop": "drop", "reject": "drop", "return": "return"}


class Rule(NamedTuple):
    """`matches` is None where that depends on more than the port."""

    matches: bool | None
    # A verdict, or the chain that goes on; None for what decides nothing, such as a log.
    then: str | None
    returns: bool = True


Chains = dict[str, list[Rule]]


def dropped_by_iptables(rules: str, port: int) -> bool:
    """Whether `iptables -S` says that a new connection to the port is dropped or rejected."""
    policy = "accept"
    chains: Chains = {}
    for line in rules.splitlines():
        words = shlex.split(line)
        if words[:2] == ["-P", "INPUT"]:
            policy = "accept" if words[2] == "ACCEPT" else "drop"
        elif words[:1] in (["-P"], ["-N"]):
            chains.setdefault(words[1], [])
        elif words[:1] == ["-A"]:
            chains.setdefault(words[1], []).append(_iptables_rule(words[2:], port))
    verdict = _walk(chains, "INPUT")
    return (policy if verdict == "return" else verdict) == "drop"


IPTABLES_VERDICTS = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "drop", "RETURN": "return"}
# What they add decides nothing by itself, or is looked at by its options.
PLAIN_MODULES = {"tcp", "conntrack", "state", "multiport", "comment", "addrtype", "udp", "icmp"}
# Options of targets and modules that say nothing of the packet.
SILENT = {"--comment", "--reject-with", "--log-prefix", "--log-level", "--limit", "--limit-burst"}


def _iptables_rule(words: list[str], port: int) -> Rule:
    matches: list[bool | None] = []
    then, returns, turned = None, True, False
    rest = iter(words)
    for option in rest:
        if option == "!":
            turned = True
            continue
        if option in ("-j", "-g"):
            target = next(rest)
            then, returns = IPTABLES_VERDICTS.get(target, target), option == "-j"
            continue
        matched = _iptables_match(option, rest, port)
        matches.append(matched if matched is None or not turned else not matched)
        turned = False
    return Rule(_all(matches), then, returns)


def _iptables_match(option: str, rest: Iterator[str], port: int) -> bool | None:
    value = next(rest, "")
    match option:
        case "-m" | "--match":
            matched = True if value in PLAIN_MODULES else None
        case "-p" | "--protocol":
            matched = value in ("tcp", "all")
        case "--dport" | "--dports":
            matched = any(_within(part, port) for part in value.split(","))
        case "--ctstate" | "--state":
            matched = "NEW" in value.split(",")
        case "--dst-type":
            matched = value == "LOCAL"
        case "-i" if value == "lo":
            matched = False
        case _:
            matched = True if option in SILENT else None
    return matched


def _within(part: str, port: int) -> bool:
    first, _, last = part.partition(":")
    return first.isdigit() and int(first) <= port <= int(last or first)


def _walk(chains: Chains, name: str, depth: int = 0) -> Verdict:
    """How a chain decides of the packet."""
    # After a rule that may have left the chain, a drop is not certain any more.
    certain = True
    for rule in chains.get(name, []):
        if rule.matches is False or depth > DEEPEST:
            continue
        verdict = _verdict(chains, rule, depth)
        if verdict == "accept":
            return "accept"
        if verdict is not None and rule.matches and certain:
            return verdict
        certain = certain and verdict != "return"
    return "return"


def _verdict(chains: Chains, rule: Rule, depth: int) -> Verdict | None:
    """What a rule that matches does; None when the next one goes on."""
    if rule.then in chains:
        inner = _walk(chains, rule.then, depth + 1)
        return None if inner == "return" and rule.returns else inner
    return VERDICTS.get(rule.then or "")


def _all(matches: list[bool | None]) -> bool | None:
    if False in matches:
        return False
    return None if None in matches else True


Entries = list[dict[str, Any]]
DECIDES_NOTHING = ("counter", "log", "comment")
OTHER_PROTOCOLS = ("udp", "icmp", "icmpv6", "ip6", "sctp")


def tables(document: dict[str, Any]) -> dict[tuple[str, str], Entries]:
    """The chains and rules of each table for IPv4 but ours."""
    found: dict[tuple[str, str], Entries] = {}
    for entry in document.get("nftables", []):
        for kind in ("chain", "rule"):
            if kind in entry and entry[kind]["family"] in ("ip", "inet"):
                one = entry[kind]
                found.setdefault((one["family"], one["table"]), []).append({kind: one})
    found.pop(OURS, None)
    return found


def dropped_by_nftables(document: dict[str, Any], port: int) -> bool:
    """Whether a table of `nft --json list ruleset` other than ours drops or rejects a new connection to the port."""
    return any(drops(entries, port) for entries in tables(document).values())


def drops(entries: Entries, port: int) -> bool:
    """Whether one table drops or rejects a new connection to the port."""
    chains: Chains = {}
    entrances: list[tuple[str, str]] = []
    for entry in entries:
        if chain := entry.get("chain"):
            chains.setdefault(chain["name"], [])
            if chain.get("hook") == "input":
                entrances.append((chain["name"], chain.get("policy", "accept")))
        else:
            rule = entry["rule"]
            chains.setdefault(rule["chain"], []).append(_nft_rule(rule.get("expr", []), port))
    verdicts = ((_walk(chains, name), policy) for name, policy in entrances)
    return any((policy if verdict == "return" else verdict) == "drop" for verdict, policy in verdicts)


def _nft_rule(expressions: list[Any], port: int) -> Rule:
    matches: list[bool | None] = []
    for one in expressions:
        for name, value in one.items() if isinstance(one, dict) else ():
            if name in VERDICTS:
                return Rule(_all(matches), VERDICTS[name])
            if name in ("jump", "goto"):
                return Rule(_all(matches), value["target"], name == "jump")
            if name == "vmap":
                return _nft_map(value, matches, port)
            if name == "match":
                matches.append(_nft_match(value, port))
            elif name not in DECIDES_NOTHING:
                matches.append(None)
    return Rule(_all(matches), None)


def _nft_map(vmap: dict[str, Any], matches: list[bool | None], port: int) -> Rule:
    """A verdict by a value: by the port it is looked up, by the state of the connection a new one is in none of the usual."""
    key, data = vmap.get("key"), vmap.get("data")
    if _is_port(key) and isinstance(data, dict):
        for value, verdict in data.get("set", []):
            if _holds(value, port):
                return _nft_rule([verdict], port)._replace(matches=_all(matches))
        return Rule(False, None)
    if _is_state(key):
        return Rule(False, None)
    # Where it leads depends on more: it may be let in.
    return Rule(None, "accept")


def _nft_match(match: dict[str, Any], port: int) -> bool | None:
    left = match.get("left")
    if _of(left, "payload").get("protocol") in OTHER_PROTOCOLS:
        return False
    matched = _nft_value(left, match.get("right"), port)
    return matched if matched is None or match.get("op") != "!=" else not matched


def _nft_value(left: Any, right: Any, port: int) -> bool | None:
    """Whether what a rule looks at is in the packet what the rule wants; None where that depends on more."""
    if _is_port(left):
        return _holds(right, port)
    if _is_state(left):
        return _holds(right, "new")
    if left in ({"meta": {"key": "l4proto"}}, {"payload": {"protocol": "ip", "field": "protocol"}}):
        return _holds(right, "tcp") or _holds(right, 6)
    # It came from another machine, and nothing redirected it.
    local = _of(left, "meta").get("key") in ("iif", "iifname") and right == "lo"
    return False if local or left == {"ct": {"key": "status"}} else None


def _of(left: Any, kind: str) -> dict[str, Any]:
    found = left.get(kind) if isinstance(left, dict) else None
    return found if isinstance(found, dict) else {}


def _is_port(left: object) -> bool:
    return left in ({"payload": {"protocol": "tcp", "field": "dport"}}, {"payload": {"protocol": "th", "field": "dport"}})


def _is_state(left: object) -> bool:
    return left == {"ct": {"key": "state"}}


def _holds(right: Any, wanted: int | str) -> bool | None:
    """Whether a value, a list, a set or a range holds what is wanted; None for a set that is named elsewhere."""
    if isinstance(right, dict):
        if "range" in right:
            first, last = right["range"]
            return isinstance(wanted, int) and first <= wanted <= last
        right = right.get("set", [])
    if isinstance(right, list):
        held = [_holds(one, wanted) for one in right]
        return True if True in held else None if None in held else False
    return None if isinstance(right, str) and right.startswith("@") else bool(right == wanted)
