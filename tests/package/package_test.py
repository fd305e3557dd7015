"""The Debian packages: what is in them, and that programs are built against them and run.

CHANGEPOLICY_BUILD is the build folder. Where CHANGEPOLICY_INSTALL is 1, and the user root, the
packages are installed on this machine, used, and removed again.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CHANGEPOLICY_BUILD", PROJECT / "build")).resolve()
CONSUMER = PROJECT / "tests" / "package" / "consumer"
CONTAINED = ("libprotobuf", "libabsl", "libre2", "libssl", "libcmark", "libutf8proc")
STRICT = ("-std=c99", "-pedantic-errors", "-Wall", "-Wextra", "-Werror")


def run(*command, **options):
    """The output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def cache(name):
    """What CMake's cache says."""
    found = re.search(rf"^{name}(:\w+)?=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found.group(2) if found else ""


VERSION = cache("CMAKE_PROJECT_VERSION")
ARCHITECTURE = run("dpkg", "--print-architecture").strip()
LIBRARIES = "usr/lib/" + run("dpkg-architecture", "-qDEB_HOST_MULTIARCH").strip()
SELF_CONTAINED = cache("CHANGEPOLICY_PIC_ROOT") not in ("", "OFF")
ANSWER = f"{VERSION} denied\n"


def setUpModule():
    global WORK, PACKAGES
    WORK = pathlib.Path(tempfile.mkdtemp(prefix="changepolicy-packages-"))
    unittest.addModuleCleanup(shutil.rmtree, WORK)
    run("cpack", "-B", WORK / "packages", cwd=BUILD)
    PACKAGES = {file.name.split("_")[0]: file for file in (WORK / "packages").glob("*.deb")}


def field(package, name):
    return run("dpkg-deb", "-f", PACKAGES[package], name).strip()


def files(package):
    """Every file of a package but what each has below usr/share/doc."""
    lines = run("dpkg-deb", "-c", PACKAGES[package]).splitlines()
    paths = {line.split()[5][2:] for line in lines if not line.startswith("d")}
    documents = {path for path in paths if path.startswith("usr/share/doc/")}
    assert {pathlib.Path(path).name for path in documents} == {"copyright", "changelog.gz"}, documents
    return paths - documents


class Contents(unittest.TestCase):
    maxDiff = None

    def test_packages(self):
        self.assertEqual({"libchangepolicy1", "libchangepolicy-dev", "libchangepolicy-cpp-dev",
                          "changepolicy"}, set(PACKAGES))
        for name, section in (("libchangepolicy1", "libs"), ("libchangepolicy-dev", "libdevel"),
                              ("libchangepolicy-cpp-dev", "libdevel"), ("changepolicy", "utils")):
            self.assertEqual(f"{name}_{VERSION}_{ARCHITECTURE}.deb", PACKAGES[name].name)
            self.assertEqual(section, field(name, "Section"))
            self.assertEqual(VERSION, field(name, "Version"))
        self.assertEqual(f"libchangepolicy1 (= {VERSION})", field("libchangepolicy-dev", "Depends"))

    def test_the_library(self):
        self.assertEqual({f"{LIBRARIES}/libchangepolicy.so.1", f"{LIBRARIES}/libchangepolicy.so.{VERSION}"},
                         files("libchangepolicy1"))
        control = WORK / "control"
        run("dpkg-deb", "-e", PACKAGES["libchangepolicy1"], control)
        self.assertEqual(f"libchangepolicy 1 libchangepolicy1 (>= {VERSION})",
                         (control / "shlibs").read_text().strip())
        self.assertEqual("activate-noawait ldconfig", (control / "triggers").read_text().strip())
        depends = field("libchangepolicy1", "Depends")
        self.assertIn("libstdc++6", depends)
        for name in CONTAINED:
            self.assertEqual(SELF_CONTAINED, name not in depends, f"{name}: {depends}")
            if SELF_CONTAINED:
                source = {"libabsl": "abseil", "libssl": "openssl"}.get(name, name.removeprefix("lib"))
                self.assertIn(f"  {source} ", field("libchangepolicy1", "Description"))

    def test_what_programs_are_built_with(self):
        protos = {f"usr/share/changepolicy/proto/{file.relative_to(PROJECT / 'proto')}"
                  for file in (PROJECT / "proto").rglob("*.proto")}
        config = f"{LIBRARIES}/cmake/changepolicy-c/changepolicy-c-config"
        kind = cache("CMAKE_BUILD_TYPE").lower()
        self.assertEqual(
            protos | {"usr/include/changepolicy.h", f"{LIBRARIES}/libchangepolicy.so",
                      f"{LIBRARIES}/pkgconfig/changepolicy.pc", f"{config}.cmake",
                      f"{config}-{kind}.cmake", f"{config}-version.cmake"},
            files("libchangepolicy-dev"))

    def test_copyright_names_what_is_inside(self):
        tree = WORK / "copyright"
        run("dpkg-deb", "-x", PACKAGES["libchangepolicy1"], tree)
        text = (tree / "usr/share/doc/libchangepolicy1/copyright").read_text()
        for name in CONTAINED:
            self.assertIn(f"==== {name}-dev, from ", text)

    def test_the_debian_policy_holds(self):
        if shutil.which("lintian") is None:
            self.skipTest("there is no lintian")
        done = subprocess.run(["lintian", "--fail-on", "error", *map(str, PACKAGES.values())],
                              capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stdout)


class Trees(unittest.TestCase):
    """Unpacked somewhere, without installing: what is inside does not know where it stands."""

    @classmethod
    def setUpClass(cls):
        cls.tree = WORK / "tree"
        for package in PACKAGES.values():
            run("dpkg-deb", "-x", package, cls.tree)
        cls.environment = {**os.environ, "LD_LIBRARY_PATH": str(cls.tree / LIBRARIES),
                           "PKG_CONFIG_PATH": str(cls.tree / LIBRARIES / "pkgconfig")}

    def test_c_by_pkg_config(self):
        flags = run("pkg-config", "--cflags", "--libs", "changepolicy", env=self.environment).split()
        self.assertIn("-lchangepolicy", flags)
        # Nothing is private: the library carries what it needs, and there is no archive of it.
        static = run("pkg-config", "--static", "--libs", "changepolicy", env=self.environment).split()
        self.assertEqual([flag for flag in flags if not flag.startswith("-I")], static)
        self.assertEqual(VERSION, run("pkg-config", "--modversion", "changepolicy",
                                      env=self.environment).strip())
        program = WORK / "by_pkg_config"
        run("gcc", *STRICT, CONSUMER / "decide.c", *flags, "-o", program)
        self.assertEqual(ANSWER, run(program, env=self.environment))
        self.assertIn("Shared library: [libchangepolicy.so.1]", run("readelf", "-d", program))

    def test_c_by_cmake(self):
        build = WORK / "by_cmake"
        run("cmake", "-S", CONSUMER, "-B", build, f"-DCMAKE_PREFIX_PATH={self.tree / 'usr'}")
        run("cmake", "--build", build)
        self.assertEqual(ANSWER, run(build / "decide", env=self.environment))

    def test_cmake_refuses_another_version(self):
        other = WORK / "other"
        shutil.copytree(CONSUMER, other)
        text = (other / "CMakeLists.txt").read_text()
        (other / "CMakeLists.txt").write_text(text.replace("-c 0.1", "-c 7.0"))
        done = subprocess.run(["cmake", "-S", other, "-B", other / "build",
                               f"-DCMAKE_PREFIX_PATH={self.tree / 'usr'}"], capture_output=True, text=True)
        self.assertNotEqual(0, done.returncode)
        self.assertIn(f"version: {VERSION}", done.stderr)

    def test_the_command(self):
        self.assertIn(VERSION, run(self.tree / "usr/bin/changepolicy", "--version"))

    def test_cpp_by_cmake(self):
        build = WORK / "cpp"
        run("cmake", "-S", PROJECT / "examples" / "cpp", "-B", build, "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_PREFIX_PATH={self.tree / 'usr'}")
        run("cmake", "--build", build, "--target", "decide")
        done = subprocess.run([build / "decide"], capture_output=True, text=True)
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn("VERDICT_DENIED", done.stdout)


def known_to_the_loader():
    """The names under which the loader's cache has our library."""
    return re.findall(r"^\s*(libchangepolicy\S*) ", run("/sbin/ldconfig", "-p"), re.MULTILINE)


class Installed(unittest.TestCase):
    """On this machine, as a user does, and then as if it had never been."""

    def setUp(self):
        if os.environ.get("CHANGEPOLICY_INSTALL") != "1":
            self.skipTest("CHANGEPOLICY_INSTALL is not 1")
        if os.geteuid() != 0:
            self.skipTest("only root installs packages")
        for package in PACKAGES:
            if self.state(package):
                self.skipTest(f"{package} is installed on this machine, and stays so")

    @staticmethod
    def state(package):
        return subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
                              capture_output=True, text=True).stdout

    def test_install_use_remove(self):
        everything = [f"/{path}" for package in PACKAGES for path in files(package)]
        before = [path for path in everything if os.path.lexists(path)]
        self.assertEqual([], before)
        self.addCleanup(subprocess.run, ["dpkg", "--purge", *PACKAGES], capture_output=True)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES.values(),
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        self.assertEqual(["libchangepolicy.so", "libchangepolicy.so.1"], sorted(known_to_the_loader()))
        program = WORK / "installed"
        run("sh", "-c", f"gcc {' '.join(STRICT)} {CONSUMER}/decide.c "
                        f"$(pkg-config --cflags --libs changepolicy) -o {program}")
        self.assertEqual(ANSWER, run(program))
        self.assertIn(VERSION, run("/usr/bin/changepolicy", "--version"))
        # The same packages once more change nothing.
        run("dpkg", "--install", *PACKAGES.values())
        self.assertEqual(ANSWER, run(program))

        run("dpkg", "--purge", *PACKAGES)
        for package in PACKAGES:
            self.assertEqual("", self.state(package))
        self.assertEqual([], [path for path in everything if os.path.lexists(path)])
        for folder in ("/usr/share/changepolicy", "/usr/include/changepolicy-cpp",
                       *(f"/usr/share/doc/{package}" for package in PACKAGES)):
            self.assertFalse(os.path.lexists(folder), folder)
        self.assertEqual([], known_to_the_loader())


if __name__ == "__main__":
    unittest.main()
