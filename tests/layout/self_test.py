"""Shows on made-up trees that each check of the layout accepts what is right and can fail."""

import pathlib
import tempfile
import unittest

import check_layout
import headers
import layers
import source_tree
import third_party


class TreeTest(unittest.TestCase):
    def tree(self, files):
        """Writes the files, a map of path to text, into a folder of its own; returns the folder."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for path, text in files.items():
            file = pathlib.Path(folder.name) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return pathlib.Path(folder.name)


class IncludesTest(unittest.TestCase):
    def test_every_spelling_is_seen(self):
        text = '#include "a.h"\n  #  include <b.h>\n#if X\n#include"c.h"\n#endif\n'
        self.assertEqual([(1, "a.h"), (2, "b.h"), (4, "c.h")], list(source_tree.includes(text)))

    def test_comments_do_not_count(self):
        text = '// #include "a.h"\n/*\n#include "b.h"\n*/ \n#include "c.h"  // why\n'
        self.assertEqual([(5, "c.h")], list(source_tree.includes(text)))

    def test_a_comment_mark_inside_a_string_hides_nothing(self):
        text = 'const char* u = "x/*";\n#include "a.h"\nconst char* v = "*/";\n'
        self.assertEqual([(2, "a.h")], list(source_tree.includes(text)))


class LayersTest(TreeTest):
    # Including file, include, and what the complaint must say; "" when it is right.
    CASES = (
        ("libchangepolicy/base/a.h", "changepolicy/v1/change.pb.h", ""),
        ("libchangepolicy/issue.cc", "libchangepolicy/base/text.h", ""),
        ("libchangepolicy/flat/a.cc", "libchangepolicy/base/text.h", ""),
        ("libchangepolicy/flat/a.cc", "changepolicy/v1/change.flat.h", ""),
        ("libchangepolicy/eval/a.cc", "changepolicy/v1/change.flat.h", ""),
        ("libchangepolicy/base/a.cc", "changepolicy/v1/change.flat.h", "upward"),
        ("libchangepolicy/flat/a.cc", "libchangepolicy/issue.h", "upward"),
        ("libchangepolicy/base/a.cc", "libchangepolicy/issue.h", "upward"),
        ("libchangepolicy/cel/a.cc", "libchangepolicy/issue.h", ""),
        ("libchangepolicy/cel/a.cc", "libchangepolicy/cel/b.h", ""),
        ("libchangepolicy/cel/a.cc", "libchangepolicy/source/b.h", "sideways"),
        ("libchangepolicy/domain/a.h", "libchangepolicy/approval/b.h", "sideways"),
        ("libchangepolicy/approval/a.h", "libchangepolicy/check/b.h", "upward"),
        ("libchangepolicy/check/a.h", "libchangepolicy/mapping/b.h", "sideways"),
        ("libchangepolicy/program/a.h", "libchangepolicy/check/b.h", ""),
        ("libchangepolicy/program/a.h", "libchangepolicy/eval/b.h", "upward"),
        ("libchangepolicy/eval/a.h", "libchangepolicy/engine.h", "upward"),
        ("libchangepolicy/engine.cc", "libchangepolicy/eval/b.h", ""),
        ("libchangepolicy/engine.cc", "libchangepolicy/report/b.h", "upward"),
        ("libchangepolicy/audit/a.h", "libchangepolicy/trial/b.h", "sideways"),
        ("libchangepolicy/report/a.h", "libchangepolicy/analysis/b.h", ""),
        ("libchangepolicy/report/a.h", "cli/b.h", "upward"),
        ("cli/main.cc", "libchangepolicy/report/b.h", ""),
        ("cli/main.cc", "bindings/c/b.h", "sideways"),
        ("bindings/python/a.cc", "bindings/c/b.h", ""),
        ("libchangepolicy/eval/a.cc", "absl/time/time.h", ""),
        ("libchangepolicy/cel/a.cc", "../eval/b.h", "upward"),
        ("libchangepolicy/cel/a.cc", "libchangepolicy/base/../eval/b.h", "upward"),
        ("libchangepolicy/eval/a.cc", "libchangepolicy/unheard/b.h", "no known layer"),
    )

    def test_directions(self):
        for file, name, expected in self.CASES:
            with self.subTest(file=file, include=name):
                there = "libchangepolicy/eval/b.h"
                found = layers.complaints(self.tree({there: "", file: f'#include "{name}"\n'}))
                if expected:
                    self.assertEqual(1, len(found), found)
                    self.assertIn(f"{file}:1: ", found[0])
                    self.assertIn(expected, found[0])
                else:
                    self.assertEqual([], found)

    def test_every_higher_row_is_refused_and_every_lower_one_allowed(self):
        def header(layer):
            return {
                "proto": "changepolicy/v1/change.pb.h",
                "issue": "libchangepolicy/issue.h",
                "facade": "libchangepolicy/engine.h",
                "cli": "cli/b.h",
                "bindings": "bindings/b.h",
            }.get(layer, f"libchangepolicy/{layer}/b.h")

        for source, low in layers.HEIGHT.items():
            for target, high in layers.HEIGHT.items():
                if source in ("proto", target):
                    continue
                with self.subTest(source=source, target=target):
                    file = header(source)[: -len(".h")] + ".cc"
                    tree = self.tree({file: f'#include "{header(target)}"\n'})
                    self.assertEqual(high < low, layers.complaints(tree) == [])

    def test_a_folder_of_no_layer(self):
        found = layers.complaints(self.tree({"libchangepolicy/unheard/a.h": ""}))
        self.assertEqual(
            ["libchangepolicy/unheard/a.h: the folder is not in the table of layers"], found
        )

    def test_exceptions(self):
        pair = ("libchangepolicy/cel/a.cc", "libchangepolicy/eval/b.h")
        tree = self.tree({pair[0]: f'#include "{pair[1]}"\n'})
        self.assertEqual([], layers.complaints(tree, frozenset([pair])))
        stale = frozenset([pair, ("libchangepolicy/cel/c.cc", pair[1])])
        found = layers.complaints(tree, stale)
        self.assertEqual(1, len(found), found)
        self.assertIn("libchangepolicy/cel/c.cc: the exception", found[0])


class HeadersTest(TreeTest):
    GUARD = "LIBCHANGEPOLICY_CEL_A_H_"
    # A header's text, and whether its guard is right.
    HEADERS = (
        ("// A.\n#ifndef {0}\n#define {0}\n#include <map>\n#endif  // {0}\n", True),
        ("#ifndef {0}\n#define {0}\n#if X\n#endif\n#endif\n", True),
        ("#include <map>\n", False),
        ("", False),
        ("#pragma once\n", False),
        ("#ifndef {0}\n#define OTHER\n#endif\n", False),
        ("#ifndef OTHER\n#define OTHER\n#endif\n", False),
        ("#ifndef {0}\n#define {0}\n", False),
        ("int a;\n#ifndef {0}\n#define {0}\n#endif\n", False),
        ("#ifndef {0}\n#define {0}\n#endif\nint a;\n", False),
        ("#ifndef {0}\n#define {0}\n#endif\n#if X\n#endif\n", False),
    )
    # A source's text, and whether it shows that its header stands alone.
    SOURCES = (
        ('#include "libchangepolicy/cel/a.h"\n#include <map>\n', True),
        ('#include <map>\n#include "libchangepolicy/cel/a.h"\n', False),
        ('// #include "libchangepolicy/cel/a.h"\n#include "libchangepolicy/cel/b.h"\n', False),
        ("int a;\n", False),
    )

    def test_guards(self):
        for text, right in self.HEADERS:
            with self.subTest(text=text):
                tree = self.tree({"libchangepolicy/cel/a.h": text.format(self.GUARD)})
                self.assertEqual(right, headers.complaints(tree) == [])

    def test_own_header_first(self):
        header = self.HEADERS[0][0].format(self.GUARD)
        for text, right in self.SOURCES:
            with self.subTest(text=text):
                tree = self.tree({"libchangepolicy/cel/a.h": header, "libchangepolicy/cel/a.cc": text})
                self.assertEqual(right, headers.complaints(tree) == [])

    def test_a_source_without_a_header(self):
        self.assertEqual([], headers.complaints(self.tree({"libchangepolicy/cel/a.cc": ""})))


class ThirdPartyTest(TreeTest):
    # Library, one of its headers, where it belongs.
    HEADERS = (
        ("libyaml", "yaml.h", "libchangepolicy/source/yaml.cc"),
        ("nlohmann_json", "nlohmann/json.hpp", "libchangepolicy/source/json.cc"),
        ("libical", "libical/ical.h", "libchangepolicy/calendar/recurrence_rule.cc"),
        ("libical", "libical/ical.h", "libchangepolicy/calendar/icalendar_writer.cc"),
        ("openssl", "openssl/evp.h", "libchangepolicy/base/digest.cc"),
        ("libxml2", "libxml/parser.h", "libchangepolicy/foreign/xml.cc"),
        ("sqlite", "sqlite3.h", "libchangepolicy/audit/store.cc"),
        ("utf8proc", "utf8proc.h", "libchangepolicy/approval/account.cc"),
        ("cmark", "cmark.h", "libchangepolicy/domain/changelog.cc"),
        ("re2", "re2/re2.h", "libchangepolicy/cel/functions_regex.cc"),
        ("CLI11", "CLI/CLI.hpp", "cli/command_line.cc"),
        ("CLI11", "CLI/CLI.hpp", "tests/conformance/main.cc"),
    )
    # Where none of them belongs.
    WRONG = ("libchangepolicy/source/read.cc", "bindings/python/module.cc", "cli/main.cc")

    def test_in_place_and_out_of_place(self):
        for library, header, place in self.HEADERS:
            for form in (f'"{header}"', f"<{header}>"):
                with self.subTest(include=form):
                    text = f"#include {form}\n"
                    self.assertEqual([], third_party.complaints(self.tree({place: text})))
                    for wrong in self.WRONG:
                        found = third_party.complaints(self.tree({wrong: text}))
                        self.assertEqual(1, len(found), found)
                        self.assertIn(f"{wrong}:1: ", found[0])
                        self.assertIn(library, found[0])

    def test_every_library_is_tried(self):
        self.assertEqual(
            {library for library, _, _ in third_party.RULES},
            {library for library, _, _ in self.HEADERS},
        )

    def test_a_name_that_only_resembles(self):
        text = '#include "libchangepolicy/cel/re2/x.h"\n#include "libchangepolicy/calendar/ical.h"\n'
        self.assertEqual([], third_party.complaints(self.tree({"cli/a.cc": text})))


class CommandTest(TreeTest):
    def test_exit_codes(self):
        header = HeadersTest.HEADERS[0][0].format(HeadersTest.GUARD)
        good = self.tree({"libchangepolicy/cel/a.h": header})
        bad = self.tree({"libchangepolicy/cel/a.h": '#include "re2/re2.h"\n#include "cli/b.h"\n'})
        empty = self.tree({})
        for check in check_layout.CHECKS:
            for tree, expected in ((good, 0), (bad, 1), (empty, 3)):
                with self.subTest(check=check, expected=expected):
                    self.assertEqual(expected, check_layout.main([check, str(tree)]))
        self.assertEqual(3, check_layout.main(["unheard", str(good)]))


if __name__ == "__main__":
    unittest.main(buffer=True)
