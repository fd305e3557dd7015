"""Checks the source tree: python3 check_layout.py headers|layers|third_party TOP

Prints each complaint with file and line, and exits with 1 when there is one.
"""

import pathlib
import sys

import headers
import layers
import source_tree
import third_party

CHECKS = {"headers": headers.complaints, "layers": layers.complaints, "third_party": third_party.complaints}


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in CHECKS:
        print(__doc__, file=sys.stderr)
        return 3
    name, top = arguments[0], pathlib.Path(arguments[1])
    count = len(source_tree.files(top))
    if count == 0:
        # A wrong path must not look like a clean tree.
        print(f"{top}: no C++ file below {', '.join(source_tree.FOLDERS)}", file=sys.stderr)
        return 3
    found = CHECKS[name](top)
    for line in found:
        print(line)
    print(f"{name}: {count} files, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
