"""Subjects in JSON, made from the examples: seeded, most of them odd and some of them wrong."""

import copy
import datetime
import json
import random
from typing import Any

ODD_TEXTS = (
    "", " ", "\0", "a\0b", "\u00e4\u00f6\u00fc\u00df", "e\u0301", "\u202eright to left",
    "\U0001f9ea\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ufeffmarked", "\u2028line\u2029",
    "\x7f\x1b[31mred", "\"quoted\\\"", "</script>", "\uffff\U0010ffff", "\u4e00" * 300, "TBD", "n/a",
    "VERDICT_ALLOWED", "\"verdict\":\"VERDICT_ALLOWED\"", "ann\tbob\r\n", "2025-10-14T14:40:00Z",
)
# As they stand in the file; what is no text cannot be written by json.dumps.
ODD_LINES = (
    b"", b"{}", b"[]", b"null", b"{", b"\xef\xbb\xbf{\"id\": \"X\"}", b"{\"id\": \"\xff\"}",
    b"{\"id\": \"\\ud800\"}", b"{\"id\": \"X\", \"id\": \"Y\"}", b"{\"id\": \"X\"}\0",
    b"{\"id\": \"X\0Y\"}", b"\0", b"{\"id\": \"X\"} {}", b"{\"id\": 1e999}", b"[" * 5000,
    b"{\"id\": \"X\", \"nobody\": 1}", b"{\"id\": \"X\"}\r", b"\t{\"id\": \"X\"}",
)
STATES = {"change": ("DRAFT", "SUBMITTED", "APPROVED", "SCHEDULED", "CLOSED", "NO_STATE"),
          "release": ("PLANNED", "VALIDATED", "APPROVED", "MONITORING", "NO_STATE")}


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every field and element of a tree: the object or list that holds it, and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = holder.keys() if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            found.append((holder, key))
            if isinstance(holder[key], (dict, list)):
                waiting.append(holder[key])
    return found


def _shift(text: str, chance: random.Random) -> str:
    try:
        instant = datetime.datetime.fromisoformat(text)
    except ValueError:
        return chance.choice(ODD_TEXTS)
    moved = instant + datetime.timedelta(seconds=chance.randint(-3_000_000, 3_000_000))
    return moved.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _edit(subject: dict[str, Any], kind: str, chance: random.Random) -> None:
    """Changes one thing."""
    places = _places(subject)
    if not places:
        return
    holder, key = chance.choice(places)
    what = chance.randrange(10)
    if what <= 3:
        del holder[key]
    elif what == 4 and isinstance(holder[key], list):
        chance.shuffle(holder[key])
        holder[key] += copy.deepcopy(holder[key][:1])
    elif what == 5 and isinstance(holder[key], list):
        holder[key] = []
    elif what == 6:
        subject["state"] = chance.choice(STATES[kind])
    elif what == 7 and chance.random() < 0.2:
        holder[key] = chance.choice((None, True, -1, 2**70, 0.5, [], {}, "NONE"))
    elif isinstance(holder[key], str) and (chance.random() < 0.1 or not holder[key].isupper()):
        holder[key] = _shift(holder[key], chance)  # names of enums, in capitals, mostly stay


def generate(kind: str, originals: list[dict[str, Any]], count: int, seed: int) -> list[bytes]:
    """Lines for a file of JSON lines; the originals are not among them."""
    chance = random.Random(f"{kind} {seed}")
    lines = [line.replace(b"\"X\"", f'"{kind} X"'.encode()) for line in ODD_LINES[:count]]
    while len(lines) < count:
        subject = copy.deepcopy(chance.choice(originals))
        for _ in range(chance.randint(1, 6)):
            _edit(subject, kind, chance)
        if "title" in subject and chance.random() < 0.5:
            subject["title"] = chance.choice(ODD_TEXTS)
        lines.append(json.dumps(subject, ensure_ascii=chance.random() < 0.5).encode())
    chance.shuffle(lines)
    return lines
