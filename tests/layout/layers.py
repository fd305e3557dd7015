"""Which layer a file belongs to, and which includes go upward or sideways.

proto -> base -> flat -> issue -> {cel, source, calendar, approval, domain}
-> {check, foreign, mapping}
-> program -> eval -> facade -> {audit, analysis, trial} -> report -> {cli, bindings}
"""

import posixpath

from source_tree import all_includes, files

# A row holds the layers of one height; a layer may include itself and every row above it here.
ROWS = (
    ("proto",),
    ("base",),
    ("flat",),
    ("issue",),
    ("cel", "source", "calendar", "approval", "domain"),
    ("check", "foreign", "mapping"),
    ("program",),
    ("eval",),
    ("facade",),
    ("audit", "analysis", "trial"),
    ("report",),
    ("cli", "bindings"),
)
HEIGHT = {layer: height for height, row in enumerate(ROWS) for layer in row}

# (including file, included file) pairs that are let through, each with its reason beside it.
EXCEPTIONS = frozenset()


def layer_of(path):
    """The layer of a path from the top of the tree; None when it is not one of the project's."""
    parts = path.split("/")
    if parts[0] in ("cli", "bindings") and len(parts) > 1:
        return parts[0]
    if path.endswith(".flat.h"):
        return "flat"  # generated
    if parts[0] == "proto" or path.startswith("changepolicy/v1/"):
        return "proto"
    if parts[0] != "libchangepolicy" or len(parts) == 1:
        return None
    if len(parts) == 2:
        return "issue" if parts[1].startswith("issue.") else "facade"
    # A folder that the table does not name is its own answer, and the check refuses it.
    return parts[1]


def resolve(file, name, known):
    """The path from the top that an include names, also when it is relative to its file."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(file), name))
    if beside in known:
        return beside
    return posixpath.normpath(name)


def complaints(top, exceptions=EXCEPTIONS):
    """What is wrong with the directions of the includes below top, as lines of text."""
    known = set(files(top))
    found = []
    for file in sorted(known):
        if layer_of(file) not in HEIGHT:
            found.append(f"{file}: the folder is not in the table of layers")
    used = set()
    for file, line, name in all_includes(top):
        source, path = layer_of(file), resolve(file, name, known)
        target = layer_of(path)
        if target is None or source not in HEIGHT or source == target:
            continue
        if (file, path) in exceptions:
            used.add((file, path))
            continue
        if target not in HEIGHT:
            found.append(f"{file}:{line}: includes {path}, of no known layer")
        elif HEIGHT[target] > HEIGHT[source]:
            found.append(f"{file}:{line}: upward include of {path} ({source} -> {target})")
        elif HEIGHT[target] == HEIGHT[source]:
            found.append(f"{file}:{line}: sideways include of {path} ({source} -> {target})")
    for file, path in sorted(exceptions - used):
        found.append(f"{file}: the exception for {path} is not needed")
    return found
