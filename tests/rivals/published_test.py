"""The published scenarios: their sizes, that they come out the same, and that both answers occur."""
import json
import os
import pathlib
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(os.environ["CHANGEPOLICY_PROJECT"])
sys.path.insert(0, str(PROJECT / "benchmarks/rivals/published"))

import generate  # noqa: E402  (it stands in the folder that was just named)

POLICIES = {"gdrive 5": 6, "gdrive 50": 6, "github 5": 8, "github 50": 8, "tinytodo 5": 5,
            "tinytodo 50": 5, "hospital 1": 38, "hospital 100": 3305, "hospital 300": 9905}


class PublishedTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def write(self, application, size, name="one"):
        generate.generate(self.folder / name, application, size, requests=200)
        return self.folder / name

    def test_sizes(self):
        for application, sizes in generate.APPLICATIONS.items():
            for size in sizes:
                folder = self.write(application, size)
                scenario = json.loads((folder / "scenario.json").read_text())
                self.assertEqual(POLICIES[f"{application} {size}"], scenario["policies"])
                policies = (folder / "policies.jsonl").read_text().splitlines()
                self.assertEqual(scenario["policies"], len(policies))
                requests = (folder / "requests.jsonl").read_text()
                self.assertIn('"allowed":true', requests)
                self.assertIn('"allowed":false', requests)

    def test_the_same_arguments_give_the_same_bytes(self):
        for application, sizes in generate.APPLICATIONS.items():
            one = self.write(application, sizes[0])
            again = self.write(application, sizes[0], "again")
            for path in sorted(one.iterdir()):
                self.assertEqual(path.read_bytes(), (again / path.name).read_bytes(), path.name)

    def test_what_belongs_to_what_is_closed(self):
        world = json.loads((self.write("github", 50) / "world.json").read_text())
        for name, all_of_it in world["ancestors"].items():
            self.assertIn(name, all_of_it)
            for one in all_of_it:
                self.assertLessEqual(world["ancestors"][one].keys(), all_of_it.keys())


if __name__ == "__main__":
    unittest.main()
