"""Which files may include the headers of which foreign library.

A foreign library stays behind one file, so that replacing it, or catching what it throws, is the
business of that file alone.
"""

import re

from source_tree import FOLDERS, all_includes

CHECKED = FOLDERS + ("tests/conformance",)

# Library, what its headers' names begin with, and the files (or folders, ending in /) that may
# include them.
RULES = (
    ("libyaml", r"yaml\.h$", ("libchangepolicy/source/yaml.cc",)),
    (
        "nlohmann_json",
        r"nlohmann/|json\.hpp$",
        (
            "libchangepolicy/audit/envelope.cc",
            "libchangepolicy/audit/statement.cc",
            "libchangepolicy/report/sarif.cc",
            "libchangepolicy/source/json.cc",
            "cli/audit_json.cc",
            "cli/schema.cc",
        ),
    ),
    (
        "libical",
        r"libical/|ical\w*\.h$",
        ("libchangepolicy/calendar/icalendar_writer.cc", "libchangepolicy/calendar/recurrence_rule.cc"),
    ),
    (
        "openssl",
        r"openssl/",
        (
            "libchangepolicy/base/digest.cc",
            "libchangepolicy/base/ed25519.cc",
            "libchangepolicy/base/public_key.cc",
            "libchangepolicy/base/random.cc",
            "libchangepolicy/base/sha256.cc",
        ),
    ),
    ("libxml2", r"libxml2?/", ("libchangepolicy/foreign/xml.cc",)),
    ("sqlite", r"sqlite3\w*\.h$", ("libchangepolicy/audit/store.cc",)),
    ("utf8proc", r"utf8proc\.h$", ("libchangepolicy/approval/account.cc",)),
    ("cmark", r"cmark\w*\.h$", ("libchangepolicy/domain/changelog.cc",)),
    ("re2", r"re2/", ("libchangepolicy/cel/functions_regex.cc",)),
    ("CLI11", r"CLI/|CLI11?\.hpp$", ("cli/command_line.cc", "tests/conformance/")),
)


def allowed(file, places):
    return any(file.startswith(place) if place.endswith("/") else file == place for place in places)


def complaints(top):
    """Every include below top of a foreign header by a file that may not, as lines of text."""
    found = []
    for file, line, name in all_includes(top, CHECKED):
        for library, pattern, places in RULES:
            if re.match(pattern, name) and not allowed(file, places):
                found.append(
                    f"{file}:{line}: includes {name}; {library} belongs in {', '.join(places)} only"
                )
    return found
