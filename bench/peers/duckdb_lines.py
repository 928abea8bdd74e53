"""DuckDB's NDJSON reader on all cores, in its fastest form: objects, of which a query takes the type. read_ndjson with
the one column that is wanted takes ten times as long.
usage: duckdb_lines.py FOLDER     prints resources by type"""
import json
import subprocess
import sys
from pathlib import Path

NAME = "DuckDB's NDJSON reader"
FORM = "lines"
ENVIRONMENT = Path(__file__).resolve().parents[2] / "build/peers"
PYTHON = ENVIRONMENT / "bin/python"


def missing():
    """Installs the wheel on first use, below build/."""
    if succeeds([PYTHON, "-c", "import duckdb"]):
        return None
    if not succeeds([sys.executable, "-m", "venv", "--clear", ENVIRONMENT]):
        return f"no Python environment can be made in {ENVIRONMENT}: is python3-venv installed?"
    if not succeeds([PYTHON, "-m", "pip", "install", "--quiet", "duckdb"]):
        return "pip can't install the wheel duckdb here"
    return None


def succeeds(words):
    try:
        return subprocess.run(words, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def command(data):
    return [PYTHON, Path(__file__), data]


def counts(out):
    return json.loads(out)


def main():
    import duckdb

    query = "SELECT json->>'resourceType', count(*) FROM read_ndjson_objects(?) GROUP BY ALL"
    json.dump(dict(duckdb.execute(query, [f"{sys.argv[1]}/*.ndjson"]).fetchall()), sys.stdout)


if __name__ == "__main__":
    main()
