"""OWNERS files as ownership: those of Kubernetes, and those of Chromium and Gerrit."""

import json
import random
import re
import unittest
from typing import Any

from command import ALLOWED
from ownership import OwnershipTest

FOLDERS = ["", "a/", "a/b/", "a/b/c/", "ab/", "d/"]
NAMES = ["x.go", "y.md", "go.mod", "a.go.txt"]
PATHS = [folder + name for folder in [*FOLDERS, "a/z/", "e/"] for name in NAMES]
FILTERS = [".*", r"\.go$", r"^go\.mod$", r".*\.md$", "^b/", "o", r"^x\.go"]


class KubernetesTest(OwnershipTest):
    mapping = "owners"

    def owners(self, place: str, content: dict[str, Any]) -> None:
        self.write(f"repo/{place}OWNERS", json.dumps(content))

    def test_a_folder_and_those_above_it(self) -> None:
        self.owners("", {"approvers": ["Root", "leads"], "reviewers": ["nobody"]})
        self.owners("pkg/net/", {"approvers": ["ann"], "emeritus_approvers": ["old"]})
        self.owners("pkg/api/", {"approvers": ["api"], "options": {"no_parent_owners": True}})
        self.owners("pkg/api/v1/", {"approvers": ["v1"]})
        self.owners("docs/", {"reviewers": ["bob"]})
        self.write("repo/OWNERS_ALIASES", json.dumps({"aliases": {"Leads": ["Lea", "leo"]}}))
        self.write("repo/unrelated.yaml", "key: value\n")
        entries = self.entries("repo")
        self.assertEqual(
            [{"pattern": "**", "owners": ["root", "lea", "leo"]},
             {"pattern": "pkg/api/**", "rank": 1},
             {"pattern": "pkg/api/**", "owners": ["api"], "rank": 1},
             {"pattern": "pkg/api/v1/**", "owners": ["v1"], "rank": 1},
             {"pattern": "pkg/net/**", "owners": ["ann"]}], entries)
        self.assertEqual({"": {"v1", "api"}}, self.owned(entries, "pkg/api/v1/types.go"))
        self.assertEqual({"": {"root", "lea", "leo", "ann"}}, self.owned(entries, "pkg/net/x"))

    def test_files_that_say_the_same_stand_in_their_own_folders(self) -> None:
        for place in ("a/", "b/"):
            self.owners(place, {"approvers": ["ann"], "options": {"no_parent_owners": True}})
        self.owners("", {"approvers": ["root"]})
        entries = self.entries("repo")
        for place in ("a/x", "b/x"):
            self.assertEqual({"": {"ann"}}, self.owned(entries, place))

    def test_a_closed_folder_without_approvers_is_nobodys(self) -> None:
        self.owners("", {"approvers": ["root"]})
        self.owners("a/", {"reviewers": ["ann"], "options": {"no_parent_owners": True}})
        self.assertEqual({"": set()}, self.owned(self.entries("repo"), "a/x"))

    def test_the_folder_is_that_of_the_name(self) -> None:
        self.owners("a*b/", {"approvers": ["ann"]})
        self.assertEqual([{"pattern": r"a\*b/**", "owners": ["ann"]}], self.entries("repo"))
        self.assertEqual([{"pattern": r"repo/a\*b/**", "owners": ["ann"]}],
                         self.entries("./repo/a*b/OWNERS"))

    def test_filters(self) -> None:
        self.owners("p/", {"filters": {
            of: {"approvers": [f"u{i}"]} for i, of in enumerate(FILTERS)}})
        patterns = {entry["owners"][0]: entry["pattern"] for entry in self.entries("repo")}
        self.assertEqual(
            ["p/**", "p/**.go", r"p/\go.mod", "p/**.md", "p/b/**", "p/**o**", "p/x.go**"],
            [patterns[f"u{i}"] for i in range(len(FILTERS))])

    def test_what_no_pattern_says_is_refused_by_its_name(self) -> None:
        for of in (r"\.(go|sh)$", "a.go$", "[ab]", "a+", r"\.*x", "/x$", ".*/x$", "a|b", "(?i)a",
                   r"\*", r"a\\b", r"a\$", "x{2}", "^^a", "ä"):
            with self.subTest(of=of):
                self.owners("", {"filters": {of: {"approvers": ["ann"]}}})
                self.refuses(self.read("repo"), "repo/OWNERS: ", f"the filter `{of}`")

    def test_what_says_two_things_is_refused(self) -> None:
        self.owners("", {"approvers": ["ann"], "filters": {".*": {"approvers": ["bob"]}}})
        self.refuses(self.read("repo"), "only one of the two is read")
        self.owners("", {"approvers": ["ann"], "options": {"no_parent_owners": "yes"}})
        self.refuses(self.read("repo"), "neither true nor false")
        for bad in ({"approvers": "ann"}, {"approvers": [["ann"]]}, {"filters": [1]},
                    {"options": ["no_parent_owners"]}):
            with self.subTest(bad=bad):
                self.owners("", bad)
                self.refuses(self.read("repo"), "repo/OWNERS: ")

    def test_a_file_that_cannot_be_read_leaves_nothing_behind(self) -> None:
        self.owners("", {"approvers": ["root"]})
        self.write("repo/a/OWNERS", "approvers: [ann\n  - : }\n\tset noparent\n")
        self.refuses(self.read("repo"), "repo/a/OWNERS")

    def test_aliases_alone_are_no_ownership(self) -> None:
        self.write("repo/OWNERS_ALIASES", "aliases: {leads: [lea]}\n")
        self.refuses(self.read("repo"), "it belongs to none of the records")

    def test_check_reads_the_folder_as_well(self) -> None:
        self.owners("a/", {"approvers": ["ann"], "options": {"no_parent_owners": True}})
        self.owners("", {"approvers": ["root"]})
        self.write("policy.yaml", "policy: {id: p, title: P, version: '1'}\n")
        self.write("people.yaml", "directory: {people: [{id: ann}, {id: root}]}\n")
        entries = self.entries("repo")
        self.assertEqual({"a/x": ["ann"], "b": ["root"]}, self.asked(
            {"directory": {"people": [{"id": "ann"}, {"id": "root"}], "path_owners": entries}},
            ["a/x", "b"]))
        self.write("change.yaml", "change: {id: C-1, paths: [a/x]}\n")
        result = self.run_here(
            "approvers", "change.yaml", "--policy", "policy.yaml", "--organization", "people.yaml",
            "--organization-mapping", "owners", "--organization-records", "repo", "--now",
            "2026-03-02", "--format", "jsonl")
        outcome = json.loads(result.out)["outcomes"][0]["approval"]
        self.assertEqual(["ann"], [each["person"] for each in outcome["suggestions"]])

    def test_trees_are_read_as_their_plugin_reads_them(self) -> None:
        chance = random.Random(3)
        for _ in range(25):
            tree: dict[str, dict[str, Any]] = {}
            for folder in FOLDERS:
                if chance.random() < 0.3:
                    continue
                said: dict[str, Any] = {"reviewers": []}
                if chance.random() < 0.4:
                    said["filters"] = {of: {"approvers": [f"{len(tree)}{of}"]} for of in
                                       chance.sample(FILTERS, 2)}
                else:
                    said["approvers"] = [f"{folder}{i}" for i in range(chance.randint(0, 2))]
                if chance.random() < 0.3:
                    said["options"] = {"no_parent_owners": True}
                tree[folder] = said
            if not tree:
                continue
            self.write("repo/OWNERS", "{}")
            for old in sorted((self.folder / "repo").rglob("OWNERS")):
                old.unlink()
            for folder, said in tree.items():
                self.owners(folder, said)
            entries = self.entries("repo")
            for path in PATHS:
                owners = set().union(*self.owned(entries, path).values())
                self.assertEqual(self.by_the_plugin(tree, path), owners, (tree, path))

    def by_the_plugin(self, tree: dict[str, dict[str, Any]], path: str) -> set[str]:
        """From the folder of the path upwards, until one is closed."""
        owners: set[str] = set()
        folder = path[:path.rindex("/") + 1] if "/" in path else ""
        while True:
            said = tree.get(folder, {})
            for of, people in {".*": said, **said.get("filters", {})}.items():
                if re.search(of, path[len(folder):]):
                    owners.update(name.lower() for name in people.get("approvers", []))
            if said.get("options", {}).get("no_parent_owners") or not folder:
                return owners
            folder = folder[:folder[:-1].rfind("/") + 1]


class TextTest(OwnershipTest):
    mapping = "owners"

    def owners(self, place: str, text: str) -> None:
        self.write(f"repo/{place}OWNERS", text)

    def test_addresses_and_closed_folders(self) -> None:
        self.owners("", "# The root.\nann@x.org\nbob@x.org  # on leave\n")
        self.owners("net/", "cy@x.org\nper-file *.md, *.txt = dee@x.org,eve@x.org\n")
        self.owners("api/", "set noparent\r\nfay@x.org\r\n")
        self.owners("api/v1/", "gil@x.org\nper-file a.h=set noparent\nper-file a.h=hal@x.org\n")
        entries = self.entries("repo")
        both = {"ann@x.org", "bob@x.org"}
        for path, owners in {
            "x": both, "net/a.cc": both | {"cy@x.org"}, "net/sub/a.md": both | {"cy@x.org"},
            "net/a.md": both | {"cy@x.org", "dee@x.org", "eve@x.org"}, "api/x": {"fay@x.org"},
            "api/v1/b.h": {"fay@x.org", "gil@x.org"}, "api/v1/a.h": {"hal@x.org"},
            "api/v1/a.h/b": {"fay@x.org", "gil@x.org"},
        }.items():
            self.assertEqual({"": owners}, self.owned(entries, path), path)

    def test_what_is_not_followed_is_refused_with_its_line(self) -> None:
        for line, words in {
            "*": "anybody", "file://other/OWNERS": "not followed",
            "include /OWNERS": "not followed",
            "ann": "no address", "ann@x.org bob@x.org": "no address", "set  parent": "no address",
            "per-file": "no address", "per-file *.md": "no address",
            "per-file a/*.md=ann@x.org": "cannot say `a/*.md`", "per-file ?=a@x.org": "`?`",
            "per-file {a,b}.h=ann@x.org": "cannot say", "per-file **=ann@x.org": "`**`",
            "per-file *.md=*": "`*` is no address", "per-file *.md=file://x": "is no address",
            "per-file *.md=": "`` is no address", "per-file ,=ann@x.org": "cannot say ``",
        }.items():
            with self.subTest(line=line):
                self.owners("", f"bob@x.org\n\n{line}\n")
                self.refuses(self.read("repo"), "repo/OWNERS: ", "line 3: ", words)

    def test_comments_alone_own_nothing(self) -> None:
        self.owners("", "# nobody\n")
        self.assertEqual([], self.entries("repo"))
        self.assert_code(ALLOWED, self.run_here("policy", "lint", "--mapping", "owners-text"))


if __name__ == "__main__":
    unittest.main()
