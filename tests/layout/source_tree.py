"""The C++ files of the project and what they include, for the checks of the layout."""

import pathlib
import re

FOLDERS = ("libchangepolicy", "bindings", "cli")
SUFFIXES = {".h", ".hpp", ".c", ".cc", ".cpp"}
# Both forms, also behind blanks and inside #if: a check must not be evaded by spelling.
_INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*([<"])([^>"]+)[>"]')


def without_comments(text):
    """Blanks comments, keeping line breaks, so that an include in a comment does not count."""

    def blank(match):
        found = match.group(0)
        return re.sub(r"[^\n]", " ", found) if found.startswith("/") else found

    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.DOTALL)


def includes(text):
    """Yields (line, name) for each #include of the text."""
    for number, line in enumerate(without_comments(text).splitlines(), start=1):
        match = _INCLUDE.match(line)
        if match:
            yield number, match.group(2)


def files(top, folders=FOLDERS):
    """The paths, relative to top, of every C and C++ file below the folders, in order."""
    top = pathlib.Path(top)
    found = []
    for folder in folders:
        for path in (top / folder).rglob("*"):
            if path.suffix in SUFFIXES and path.is_file():
                found.append(path.relative_to(top).as_posix())
    return sorted(found)


def all_includes(top, folders=FOLDERS):
    """Yields (file, line, name) for each #include below the folders."""
    for file in files(top, folders):
        text = (pathlib.Path(top) / file).read_text(encoding="utf-8", errors="replace")
        for line, name in includes(text):
            yield file, line, name
