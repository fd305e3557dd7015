"""That abi_test.py notices what breaks programs: on small libraries of its own."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("abi_test.py")
HEADER = """\
/* A comment; with (things) in it. */
#define CHANGEPOLICY_EXPORT __attribute__((visibility("default")))
typedef int kind;
enum { CHANGEPOLICY_ONE = 1, CHANGEPOLICY_TWO = 2 };
typedef struct options {
  int first; /* the first */
  int second;
} options;
typedef void (*callback)(void* user, const options* given);
CHANGEPOLICY_EXPORT int changepolicy_one(const options* given);
CHANGEPOLICY_EXPORT const char*
changepolicy_two(int a,
                 callback called);
"""
MAP = "CHANGEPOLICY_1 { global: changepolicy_*; local: *; };\n"
ONE = "int changepolicy_one(const options* given) { return given->first; }\n"
TWO = "const char* changepolicy_two(int a, callback called) { return called ? (void*)0 : \"\"; }\n"


class AbiTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name)
        (self.project / "bindings" / "c").mkdir(parents=True)
        self.build(HEADER, ONE + TWO)
        self.assertEqual((0, ""), self.compare("--update"))
        self.assertEqual((0, ""), self.compare())

    def build(self, header, functions, exports=MAP):
        (self.project / "bindings" / "c" / "changepolicy.h").write_text(header)
        (self.project / "library.c").write_text('#include "bindings/c/changepolicy.h"\n' + functions)
        (self.project / "exports.map").write_text(exports)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", "library.so", "library.c",
                        "-Wl,--version-script=exports.map"], cwd=self.project, check=True)

    def compare(self, *options):
        done = subprocess.run([sys.executable, "-B", str(SCRIPT), str(self.project),
                               str(self.project / "library.so"), *options],
                              capture_output=True, text=True)
        self.assertEqual("", done.stderr)
        return done.returncode, done.stdout

    def assert_problem(self, words, remedy):
        code, text = self.compare()
        self.assertEqual(1, code, text)
        self.assertIn(words, text)
        self.assertIn(remedy, text)

    def test_a_symbol_vanishes(self):
        self.build(HEADER, ONE)
        self.assert_problem("gone: function changepolicy_two", "CHANGEPOLICY_ABI_VERSION")

    def test_a_symbol_vanishes_by_the_map(self):
        self.build(HEADER, ONE + TWO, MAP.replace("changepolicy_*", "changepolicy_two"))
        self.assert_problem("gone: function changepolicy_one", "CHANGEPOLICY_ABI_VERSION")

    def test_a_symbol_gets_another_version(self):
        self.build(HEADER, ONE + TWO, MAP.replace("CHANGEPOLICY_1", "CHANGEPOLICY_2"))
        self.assert_problem("changed: function changepolicy_one", "exports.map")

    def test_a_symbol_is_new(self):
        self.build(HEADER + "CHANGEPOLICY_EXPORT int changepolicy_three(void);\n",
                   ONE + TWO + "int changepolicy_three(void) { return 3; }\n")
        self.assert_problem("new: function changepolicy_three @CHANGEPOLICY_1 int(void)", "--update")

    def test_an_argument_changes_its_type(self):
        self.build(HEADER.replace("int a,", "long a,"), ONE + TWO.replace("int a,", "long a,"))
        self.assert_problem("is  @CHANGEPOLICY_1 const char*(long, callback)", "exports.map")

    def test_a_struct_grows(self):
        self.build(HEADER.replace("int second;", "int second; int third;"), ONE + TWO)
        self.assert_problem("was 8 first:0 second:4\n    is  12 first:0 second:4 third:8", "exports.map")

    def test_a_struct_with_its_size_grows_at_the_end(self):
        sized = HEADER.replace("int first;", "unsigned long struct_size; int first;")
        self.build(sized, ONE + TWO)
        self.compare("--update")
        self.build(sized.replace("int second;", "int second; int third;"), ONE + TWO)
        self.assert_problem("new: struct options 24 struct_size:0 first:8 second:12 third:16", "--update")
        self.assertNotIn("changed", self.compare()[1])

    def test_a_struct_with_its_size_grows_elsewhere(self):
        sized = HEADER.replace("int first;", "unsigned long struct_size; int first;")
        self.build(sized, ONE + TWO)
        self.compare("--update")
        self.build(sized.replace("int second;", "int third; int second;"), ONE + TWO)
        self.assert_problem("changed: struct options", "exports.map")
        # Where the new member takes the place of padding, who did not know it may have left it as it was.
        sized = sized.replace("int second;", "")
        self.build(sized, ONE + TWO)
        self.compare("--update")
        self.build(sized.replace("int first;", "int first; int second;"), ONE + TWO)
        self.assert_problem("changed: struct options", "exports.map")

    def test_members_change_places(self):
        self.build(HEADER.replace("int second;", "").replace("int first;", "int second; int first;"),
                   ONE + TWO)
        self.assert_problem("changed: struct options", "exports.map")

    def test_a_number_changes(self):
        self.build(HEADER.replace("TWO = 2", "TWO = 3"), ONE + TWO)
        self.assert_problem("changed: number CHANGEPOLICY_TWO", "exports.map")

    def test_a_type_changes(self):
        self.build(HEADER.replace("typedef int kind", "typedef long kind"), ONE + TWO)
        self.assert_problem("changed: type kind", "exports.map")
        self.build(HEADER.replace("void* user, ", ""), ONE + TWO)
        self.assert_problem("changed: type callback", "exports.map")

    def test_only_words_change(self):
        self.build(HEADER.replace("the first", "another").replace("int a,\n", "int\n b,"), ONE + TWO)
        self.assertEqual((0, ""), self.compare())


if __name__ == "__main__":
    unittest.main()
