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
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=False, capture_output=True)
    have = [PYTHON, "-c", "import duckdb"]
    get = [PYTHON, "-m", "pip", "install", "--quiet", "duckdb"]
    for words in (have, get, have):
        try:
            if subprocess.run(words, check=False, capture_output=True).returncode == 0 and words is have:
                return None
        except OSError as error:
            return f"no Python environment in {ENVIRONMENT} ({error.strerror})"
    return "pip can't install the wheel duckdb here"


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
