"""Real servers on 127.0.0.1, on ports that they choose themselves."""
import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def wait_for(path, process, log, seconds):
    """The content of a file that a starting server writes once it answers."""
    limit = time.monotonic() + seconds
    while not path.exists():
        if process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"the server did not start; the end of its log:\n{log.read_text()[-4000:]}")
        time.sleep(0.05)
    return path.read_text().strip()


@contextlib.contextmanager
def started(name, command, seconds, base_path):
    """Runs `command`, which is given its port file, and yields the server's base URL."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as scratch:
        port_file, log = Path(scratch) / "port", Path(scratch) / "log"
        with log.open("w") as out:
            process = subprocess.Popen(command(scratch, port_file), stdout=out, stderr=subprocess.STDOUT)
        try:
            port = wait_for(port_file, process, log, seconds)
            yield f"http://127.0.0.1:{port}{base_path}"
        finally:
            process.terminate()
            process.wait(60)


HAPI_RULES = ("--references", "enforced", "--numeric-ids", "refused")


def fhir_target(*options, rules=HAPI_RULES):
    """fhir-target with the rules that HAPI has by default."""
    def command(_, port_file):
        return [os.environ["FHIR_TARGET"], "--port", "0", "--port-file", str(port_file),
                *rules, *options]

    return started("fhir-target", command, 30, "/fhir")


def hapi(*properties):
    """HAPI FHIR with its default settings, in an H2 database in memory."""
    if shutil.which("mvn") is None or shutil.which("java") is None:
        raise unittest.SkipTest("Maven or Java is not installed")
    subprocess.run([HERE / "hapi/build"], check=True)
    target = HERE / "hapi/target"

    def command(scratch, port_file):
        return ["java", "-Xmx2g", f"-Djava.io.tmpdir={scratch}", f"-Dport.file={port_file}", *properties,
                "-cp", f"{target}/hapi-server.jar:{target}/lib/*", "fhirehose.hapi.Main"]

    return started("hapi", command, 300, "/fhir")


@contextlib.contextmanager
def postgres():
    """A PostgreSQL of one's own; yields the -D properties that put HAPI on it."""
    if not POSTGRES:
        raise unittest.SkipTest("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="postgres-") as scratch:
        as_owner = []
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            owner = pwd.getpwnam("postgres")
            os.chown(scratch, owner.pw_uid, owner.pw_gid)
            as_owner = ["runuser", "-u", "postgres", "--"]
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as probe:
            port = probe.getsockname()[1]

        def run(program, *arguments):
            subprocess.run([*as_owner, POSTGRES[-1] / program, "-D", f"{scratch}/data", *arguments],
                           check=True, stdout=subprocess.DEVNULL, cwd=scratch)

        run("initdb", "-A", "trust", "-U", "hapi", "-E", "UTF8")
        run("pg_ctl", "-w", "-l", f"{scratch}/log", "-o", f"-p {port} -c listen_addresses=127.0.0.1 -k {scratch}", "start")
        try:
            yield [f"-Ddb.url=jdbc:postgresql://127.0.0.1:{port}/postgres", "-Ddb.user=hapi"]
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
