"""Which headers below libchangepolicy might lean on their includer, or be included twice.

A header stands alone where the source of its name includes it before all else: that it compiles
shows it. CMakeLists.txt compiles the headers without such a source by themselves.
"""

import pathlib
import re

from source_tree import files, includes, without_comments

FOLDERS = ("libchangepolicy",)
_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w+)[ \t]*(\S*)", re.MULTILINE)


def guard_of(path):
    return re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"


def has_guard(path, text):
    """Whether all of the text lies between its guard's #ifndef and #endif."""
    found = _DIRECTIVE.findall(without_comments(text))
    guard = guard_of(path)
    if found[:2] != [("ifndef", guard), ("define", guard)] or found[-1][0] != "endif":
        return False
    depth = 0
    for number, (name, _) in enumerate(found):
        depth += name.startswith("if")
        depth -= name == "endif"
        if depth == 0 and number + 1 < len(found):
            return False
    before, _, after = without_comments(text).partition("#ifndef")
    return before.strip() == "" and after.rpartition("#endif")[2].strip() == ""


def complaints(top):
    """What is wrong with the headers below top, as lines of text."""
    top = pathlib.Path(top)
    found = []
    known = set(files(top, FOLDERS))
    for path in sorted(known):
        text = (top / path).read_text(encoding="utf-8", errors="replace")
        if path.endswith(".h") and not has_guard(path, text):
            found.append(f"{path}: all of it must lie in the guard {guard_of(path)}")
        header = path.removesuffix(".cc") + ".h"
        if path.endswith(".cc") and header in known:
            first = next(includes(text), (1, None))
            if first[1] != header:
                found.append(f"{path}:{first[0]}: must include {header} before all else")
    return found
