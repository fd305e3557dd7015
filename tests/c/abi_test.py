"""What compiled programs rely on, compared with the list that is kept in bindings/c/abi.txt.

    abi_test.py PROJECT LIBRARY [--update]

Exported functions with their symbol version and declaration, numbers with their values, types, and
structs with their size and the offset of every member.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HEADER_OF_LIST = """\
# What compiled programs rely on where pointers have 64 bits. tests/c/abi_test.py compares the library
# with this list, and writes it when it is run with --update. A line may be added, and a member at the
# end of a struct whose first is struct_size. Else a line that goes or changes breaks programs that were
# built before.
"""
GONE = """\
Programs that were built before would break. Keep what they use; where that is impossible, raise
CHANGEPOLICY_ABI_VERSION in changepolicy.h, which renames the library, and add a node to exports.map.
"""
NEW = """\
Once it is released it stays: is it what it should be? Then write it down by
    {command} --update
and say in CHANGELOG.md what is new.
"""


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True).stdout


def squeeze(text):
    """One form for all that only differs in white space."""
    text = re.sub(r"\s*([(),*])\s*", r"\1", re.sub(r"\s+", " ", text).strip())
    return re.sub(r"([,*])(?=\w)", r"\1 ", text).replace("(* ", "(*")


def without_name(argument):
    """The type of an argument: how it is called changes nothing for programs."""
    return re.sub(r"(?<=[\s*])\w+\s*$", "", argument) if argument.strip() != "void" else argument


def read_header(path):
    """The header without comments, directives and linkage."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    return re.sub(r'extern "C" \{', "", text)


def functions(header, library):
    declared = {}
    for returned, name, arguments in re.findall(
            r"CHANGEPOLICY_EXPORT\s+([\w\s*]+?)\s*\b(changepolicy_\w+)\s*\(([^;]*)\)\s*;", header):
        types_of = ",".join(without_name(argument) for argument in arguments.split(","))
        declared[name] = f"{squeeze(returned)}({squeeze(types_of)})"
    for line in run("nm", "--dynamic", "--defined-only", "--with-symbol-versions", library).splitlines():
        kind, symbol = line.split()[1:]
        if kind != "T":
            continue
        name, _, version = symbol.partition("@@")
        yield f"function {name}", f"@{version} {declared.get(name, 'not declared')}"


def members(body):
    for member in filter(str.strip, body.split(";")):
        found = re.search(r"\(\s*\*\s*(\w+)\s*\)", member) or re.search(r"(\w+)\s*(\[[^]]*\]\s*)?$", member)
        yield found.group(1)


def types(header):
    """Typedefs of numbers and of functions."""
    for text in re.findall(r"typedef\s+([^;{}]*);", header):
        if text.startswith("struct "):
            continue
        name = re.search(r"\(\s*\*\s*(\w+)\s*\)", text) or re.search(r"(\w+)$", text.strip())
        yield f"type {name.group(1)}", squeeze(text)


def numbers_and_structs(header, path):
    """Asks the compiler, by a program that prints them."""
    lines = []
    for body in re.findall(r"enum\s*\{([^}]*)\}", header):
        for name in re.findall(r"\b([A-Z]\w+)\s*=", body):
            lines.append(f'printf("number {name}\\t%lld\\n", (long long){name});')
    for name, body in re.findall(r"typedef\s+struct\s+(\w+)\s*\{([^}]*)\}", header):
        offsets = [(member, f"offsetof({name}, {member})") for member in members(body)]
        form = " ".join(f"{member}:%zu" for member, _ in offsets)
        values = ", ".join(["sizeof(" + name + ")", *(offset for _, offset in offsets)])
        lines.append(f'printf("struct {name}\\t%zu {form}\\n", {values});')
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "print.c")
        source.write_text(f'#include <stddef.h>\n#include <stdio.h>\n#include "{path.resolve()}"\n'
                          "int main(void) {\n" + "\n".join(lines) + "\nreturn 0;\n}\n")
        run("cc", source, "-o", f"{folder}/print")
        for line in run(f"{folder}/print").splitlines():
            yield tuple(line.split("\t"))


def has_grown(before, after):
    """Whether a struct that says its size has new members at its end, and nothing else is new."""
    old, new = before.split()[1:], after.split()[1:]
    return (old[:1] == ["struct_size:0"] and len(new) > len(old) and new[:len(old)] == old
            and int(new[len(old)].split(":")[1]) >= int(before.split()[0]))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=pathlib.Path)
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()

    path = arguments.project / "bindings" / "c" / "changepolicy.h"
    header = read_header(path)
    found = dict([*functions(header, arguments.library), *types(header),
                  *numbers_and_structs(header, path)])
    kept = arguments.project / "bindings" / "c" / "abi.txt"
    if arguments.update:
        kept.write_text(HEADER_OF_LIST + "".join(f"{name}\t{text}\n" for name, text in sorted(found.items())))
        return 0
    lines = [line for line in kept.read_text().splitlines() if line and not line.startswith("#")]
    expected = dict(line.split("\t") for line in lines)
    gone = [f"gone: {name} {text}" for name, text in expected.items() if name not in found]
    changed = {name: text for name, text in expected.items() if found.get(name, text) != text}
    grown = {name for name, text in changed.items()
             if name.startswith("struct ") and has_grown(text, found[name])}
    gone += [f"changed: {name}\n    was {text}\n    is  {found[name]}" for name, text in changed.items()
             if name not in grown]
    new = [f"new: {name} {text}" for name, text in found.items()
           if name not in expected or name in grown]
    for problems, remedy in ((gone, GONE), (new, NEW)):
        if problems:
            command = f"{pathlib.Path(__file__)} {arguments.project} {arguments.library}"
            print("\n".join(problems), remedy.format(command=command), sep="\n")
    return 1 if gone or new else 0


if __name__ == "__main__":
    sys.exit(main())
