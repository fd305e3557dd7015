"""The pipelines of examples/github-actions and examples/gitlab-ci, as far as a machine of ours can
run them: the steps of the gate, word by word, with what they get from the systems made up."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ET

from command import ALLOWED, COMMAND, DENIED, PROJECT, CommandTest, run

GITHUB = PROJECT / "examples" / "github-actions"
GITLAB = PROJECT / "examples" / "gitlab-ci"


def ask(file: pathlib.Path, expression: str) -> str:
    """What the expression says of the YAML file."""
    return str(
        run("cel", expression, "--as", "file", "--input", file, "--format", "json").json()["value"]
    )


class PipelineTest(CommandTest):
    def shell(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """As the runners do: a failing line ends the script."""
        environment = {**os.environ, **variables, "PATH": f"{COMMAND.parent}:{os.environ['PATH']}"}
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def test_the_gate_of_github(self) -> None:
        shutil.copytree(GITHUB, self.folder, dirs_exist_ok=True)
        workflow = GITHUB / ".github" / "workflows" / "deploy.yml"
        script = ask(workflow, "file.jobs.gate.steps.filter(s, has(s.id) && s.id == 'gate')[0].run")
        summary = self.folder / "summary.md"
        done = self.shell(script, GITHUB_STEP_SUMMARY=str(summary))
        self.assertEqual(DENIED, done.returncode, done)
        self.assertRegex(done.stdout, r"\A::error file=change\.yaml,line=1,title=DENIED ")
        self.assertIn("### ❌ DENIED: change acme/shop", summary.read_text(encoding="utf-8"))
        checks = self.folder / "facts" / "checks.jsonl"
        checks.write_text(checks.read_text().replace('"failure"', '"success"'))
        done = self.shell(script, GITHUB_STEP_SUMMARY=str(summary))
        self.assertEqual(ALLOWED, done.returncode, done)
        # A pull request that GitHub does not tell of opens nothing.
        (self.folder / "facts" / "pull.json").write_text("{}")
        self.assertNotEqual(
            ALLOWED, self.shell(script, GITHUB_STEP_SUMMARY=str(summary)).returncode
        )
        self.assertEqual("gate", ask(workflow, "file.jobs.deploy.needs"))

    def test_the_comment_of_github(self) -> None:
        """Posts a comment, and then updates its own; `gh` is ours, and keeps what it gets."""
        shutil.copytree(GITHUB, self.folder, dirs_exist_ok=True)
        workflow = GITHUB / ".github" / "workflows" / "deploy.yml"
        script = ask(
            workflow,
            "file.jobs.gate.steps.filter(s, s.?name.orValue('').startsWith('Say so'))[0].run",
        )
        change = run("import", "--mapping", "github", GITHUB / "facts")
        self.write("change.yaml", change.out)
        gh = self.write(
            "bin/gh", '#!/bin/sh\necho "$@" >> calls\ncase "$*" in *--jq*) echo $FORMER;; esac\n'
        )
        gh.chmod(0o755)
        for former, method, place in (
            ("", "POST", "repos/acme/shop/issues/7/comments"),
            ("99", "PATCH", "repos/acme/shop/issues/comments/99"),
        ):
            with self.subTest(former):
                done = self.shell(
                    f"PATH=$PWD/bin:$PATH\n{script}",
                    FORMER=former,
                    REPOSITORY="repos/acme/shop",
                    NUMBER="7",
                )
                self.assertEqual(0, done.returncode, done)
                calls = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
                self.assertEqual(
                    f"api --method {method} {place} --field body=@comment.md", calls[-1]
                )
        marker = (self.folder / "comment.md").read_text(encoding="utf-8").splitlines()[0]
        self.assertIn(f'startswith("{marker}")', script)

    def test_no_text_of_a_pull_request_is_put_into_a_script(self) -> None:
        workflow = GITHUB / ".github" / "workflows" / "deploy.yml"
        text = workflow.read_text(encoding="utf-8")
        scripts = ask(
            workflow,
            "file.jobs.map(j, file.jobs[j].steps.filter(s, has(s.run))"
            ".map(s, s.run).join('\\n')).join('\\n')",
        )
        self.assertIn("changepolicy check", scripts)
        self.assertNotIn("${{", scripts)
        self.assertNotRegex(text, r"pull_request_target|event\.[\w.]*(?:title|body|head\.ref)")

    def test_the_gate_of_gitlab(self) -> None:
        shutil.copytree(GITLAB, self.folder, dirs_exist_ok=True)
        pipeline = GITLAB / ".gitlab-ci.yml"
        script = ask(pipeline, "file.gate.script[0]")
        done = self.shell(
            f"{script.strip()} --now 2026-03-02T12:00:00Z".replace(
                " > gate.xml --now 2026-03-02T12:00:00Z", " --now 2026-03-02T12:00:00Z > gate.xml"
            )
        )
        self.assertEqual(DENIED, done.returncode, done)
        report = ask(pipeline, "file.gate.artifacts.reports.junit")
        suites = ET.parse(self.folder / report).getroot()
        failed = [suite.get("name") for suite in suites if suite.find(".//failure") is not None]
        self.assertEqual(["change CHG-14: deploy"], failed)
        self.assertTrue((self.folder / ask(pipeline, "file.gate.artifacts.paths[0]")).is_file())
        (self.folder / "changes" / "CHG-14.yaml").unlink()
        self.assertEqual(ALLOWED, self.shell(script).returncode)

    def test_both_install_the_package_that_cpack_makes(self) -> None:
        version = re.search(
            r"project\(\s*\w+\s+VERSION\s+([\d.]+)",
            (PROJECT / "CMakeLists.txt").read_text(encoding="utf-8"),
        )
        assert version is not None
        for file in (GITHUB / ".github" / "workflows" / "deploy.yml", GITLAB / ".gitlab-ci.yml"):
            self.assertIn(f"./changepolicy_{version.group(1)}_amd64.deb", file.read_text())


if __name__ == "__main__":
    unittest.main()
