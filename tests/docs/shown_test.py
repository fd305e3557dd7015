"""Documentation that shows commands shows what they print.

In README.md, the pages below docs/ and those of EXAMPLES, a fenced block whose first line is like
```yaml team.yaml is a file, and in a ```console block each line that begins with `$ ` is a command,
followed by all that it prints; a line `...` stands for any lines, and `...` within a line for what
is there. Files and commands of one page share one empty folder, in their order; those of README.md run in the project's
top folder and write no files, those of an example in a copy of its folder.

    shown_test.py TOP COMMAND             # complain
    shown_test.py TOP COMMAND --update    # write the reference of docs/policy.md anew
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(sys.argv[1]).resolve()
COMMAND = pathlib.Path(sys.argv[2]).resolve()

# Examples whose README shows commands.
EXAMPLES = ("github-actions", "gitlab-ci")

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REFERENCE = re.compile(r"<!-- reference -->\n\n(.*)\n\n<!-- /reference -->", re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it is said to print."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            command, printed = found[-1]
            found[-1] = (command, printed + line + "\n")
    return found


def pattern(printed: str) -> str:
    """A regular expression for output in which `...` stands for the rest of a line, or for lines."""
    lines = [r"(?:.*\n)*?" if line == "..."
             else ".*".join(re.escape(part) for part in line.split("...")) + r"\n"
             for line in printed.splitlines()]
    return "".join(lines) + r"\Z"


def run(command: str, folder: str) -> str:
    """What the command prints on both streams, from within the folder."""
    environment = {"PATH": f"{COMMAND.parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                          timeout=120)
    # Trailing spaces cannot be seen on a page.
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


class ShownTest(unittest.TestCase):
    maxDiff = None

    def test_pages(self) -> None:
        shown = 0
        examples = [TOP / "examples" / name / "README.md" for name in EXAMPLES]
        for page in [TOP / "README.md", *sorted((TOP / "docs").glob("*.md")), *examples]:
            with tempfile.TemporaryDirectory() as empty:
                folder = str(TOP) if page.parent == TOP else empty
                if page in examples:
                    shutil.copytree(page.parent, folder, dirs_exist_ok=True)
                for language, name, block in BLOCK.findall(page.read_text(encoding="utf-8")):
                    if name and folder == empty:
                        (pathlib.Path(folder) / name).write_text(block, encoding="utf-8")
                    if language != "console":
                        continue
                    for command, printed in commands(block):
                        shown += 1
                        with self.subTest(page=str(page.relative_to(TOP)), command=command):
                            got = run(command, folder)
                            if not re.match(pattern(printed), got):
                                self.assertEqual(printed, got)
        self.assertGreater(shown, 5)

    def test_reference(self) -> None:
        page = (TOP / "docs" / "policy.md").read_text(encoding="utf-8")
        reference = REFERENCE.search(page)
        assert reference is not None, "docs/policy.md has no place for the reference"
        self.assertEqual(reference.group(1) + "\n", run("changepolicy policy language", "."),
                         "paste the output of `changepolicy policy language` into docs/policy.md")


def update() -> None:
    """Writes what the command says into the page."""
    page = TOP / "docs" / "policy.md"
    reference = run("changepolicy policy language", ".").rstrip()
    text = f"<!-- reference -->\n\n{reference}\n\n<!-- /reference -->"
    page.write_text(REFERENCE.sub(lambda _: text, page.read_text(encoding="utf-8")),
                    encoding="utf-8")


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
        sys.exit()
    unittest.main(argv=sys.argv[:1])
