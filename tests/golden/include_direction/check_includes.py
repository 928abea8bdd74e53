"""Checks which file includes what: folders of src/ only downwards in src/CMakeLists.txt, and each
third-party library only in the folders that own it.

usage: python3 check_includes.py ROOT   Exit status 1 and a line a finding where a rule is broken."""
import re
import sys
from pathlib import Path

# First match decides. Folders are prefixes of a file's path in the repository; () is nowhere.
THIRD_PARTY = [
    (r"curl/", ("src/http/",)),
    (r"openssl/", ("src/http/",)),
    (r"zlib\.h$", ("src/http/",)),
    (r"zip\.h$|zipconf\.h$|zstd.*\.h$|isa-l|igzip", ("src/source/",)),
    (r"simdjson", ("src/record/", "tools/fhir-target/")),
    (r"sqlite3\.h$", ("src/sqlite/",)),
    (r"libpq", ("src/sink/postgres/",)),
    (r"librdkafka/", ("src/sink/kafka/",)),
    (r"(oneapi/)?tbb(/tbb|/flow_graph.*)?\.h$|.*tbb/flow_graph", ("src/pipeline/",)),
    (r"(oneapi/)?tbb/", ("src/", "tools/")),
    (r"CLI/", ("src/cli/", "tools/fhir-target/")),
    (r"httplib\.h$", ("tools/fhir-target/",)),
    (r"toml\+\+", ("src/cli/",)),
    (r"fmt/|tl/expected|xxhash\.h$|spdlog/", ("src/", "tools/")),
    (r"(gtest|gmock|rapidjson|nlohmann|benchmark)/", ()),
]
SYSTEM = re.compile(
    r"[a-z_0-9]+$|(sys|netinet|arpa|linux)/[a-z_0-9]+\.h$|"
    r"(dirent|dlfcn|errno|fcntl|fenv|grp|netdb|poll|pthread|pwd|sched|signal|stdlib|string|strings|"
    r"termios|time|unistd|[a-z]*mmintrin)\.h$"
)
# What checks the loader must not be wrong in the same way.
TOOLS = {"fhir-target": {"core", "fhir-target"}}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:<([^>]+)>|"([^"]+)")')
LIBRARY = re.compile(r"fhirehose_library\(\s*(\w+)([^)]*)\)")


def uses(cmake):
    """Folder -> the folders it may include: USES of src/CMakeLists.txt, followed all the way down.
    A folder that uses one declared after it points upwards."""
    allowed, findings = {}, []
    for folder, arguments in LIBRARY.findall(re.sub(r"#.*", "", cmake)):
        words = re.split(r"\bLIBRARIES\b", arguments)[0].split()
        direct = words[1:] if words[:1] == ["USES"] else []
        reached = {folder}
        for other in direct:
            if other in allowed:
                reached |= allowed[other]
            else:
                findings.append(f"src/CMakeLists.txt: {folder} uses {other}, which stands below it")
        allowed[folder] = reached
    return allowed, findings


def included(text):
    """(line, name, between angle brackets) of each include."""
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1] or match[2], match[1] is not None


def third_party(path, name):
    """What is wrong with `path` including <name>, or None."""
    if SYSTEM.match(name):
        return None
    if path.startswith("include/"):
        return f"<{name}> is no standard header: the embedding API has no third-party header in it"
    for pattern, owners in THIRD_PARTY:
        if re.match(pattern, name):
            if path.startswith(owners):
                return None
            return f"<{name}> belongs in {' or '.join(owners) if owners else 'tests and benchmarks'}"
    return f"<{name}> is not in the list of libraries: say in check_includes.py which folder owns it"


def own(path, name, allowed):
    """What is wrong with `path` including "name", or None."""
    top = name.split("/")[0]
    if top == "fhirehose":
        return None
    parts = path.split("/")
    if parts[0] == "include":
        return f'"{name}": the embedding API includes nothing of src/'
    if parts[0] == "tools":
        wrong = top not in TOOLS.get(parts[1], {top})
        return f'"{name}": {parts[1]} may not include {top}' if wrong else None
    if top not in allowed:
        return f'"{name}": write it from src/ on, as "folder/file.hpp"'
    if top not in allowed[parts[1]]:
        return f'"{name}": {parts[1]} may not include {top}'
    return None


def sources(root):
    for top in ("include", "src", "tools"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".hpp", ".cpp", ".h", ".cc"):
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def check(root):
    allowed, findings = uses((root / "src/CMakeLists.txt").read_text(encoding="utf-8"))
    for folder in sorted(p for p in (root / "src").iterdir() if p.is_dir()):
        if folder.name not in allowed:
            findings.append(f"src/{folder.name}: not in src/CMakeLists.txt")
        if not (folder / "README.md").is_file():
            findings.append(f"src/{folder.name}: no README.md")
    for path, text in sources(root):
        parts = path.split("/")
        if parts[0] == "src" and parts[1] not in allowed:
            continue
        for line, name, angle in included(text):
            wrong = third_party(path, name) if angle else own(path, name, allowed)
            if wrong:
                findings.append(f"{path}:{line}: {wrong}")
    return findings


if __name__ == "__main__":
    found = check(Path(sys.argv[1]))
    print("\n".join(found) or "includes: all downwards")
    sys.exit(1 if found else 0)
