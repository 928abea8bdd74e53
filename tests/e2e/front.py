"""A server in front of another one that spoils what a test wants spoiled: what no seed of fhir-target's can."""
import contextlib
import http.client
import http.server
import json
import threading
from urllib.parse import urlsplit

SILENCE = object()  # the connection is closed without an answer


class Front:
    """`spoil(urls)` is called with the entries' URLs of each bundle before it is passed on. It returns a
    status, which is answered instead, or SILENCE, or None. `spoil_entry(url)` is called for each entry of a
    bundle that was passed on; the status that it returns is answered in the place of the entry's own."""

    def __init__(self, base, spoil=None, spoil_entry=None):
        self.backend = urlsplit(base)
        self.spoil, self.spoil_entry = spoil or (lambda urls: None), spoil_entry or (lambda url: None)
        self.bundles = []

    def answer(self, method, path, body):
        urls = [entry["request"]["url"] for entry in json.loads(body)["entry"]] if body else []
        if body:
            self.bundles.append(urls)
            status = self.spoil(urls)
            if status is not None:
                return status, b""
        with contextlib.closing(http.client.HTTPConnection(self.backend.hostname, self.backend.port)) as connection:
            connection.request(method, path, body, {"Content-Type": "application/fhir+json"})
            response = connection.getresponse()
            return response.status, self.with_spoilt_entries(urls, response.read())

    def with_spoilt_entries(self, urls, answer):
        spoilt = {place: status for place, url in enumerate(urls) if (status := self.spoil_entry(url)) is not None}
        if not spoilt:
            return answer
        bundle = json.loads(answer)
        for place, status in spoilt.items():
            bundle["entry"][place] = {"response": {"status": str(status)}}
        return json.dumps(bundle).encode()


@contextlib.contextmanager
def started(front):
    """Yields the base URL to load into."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = front.answer(self.command, self.path, body)
            if status is SILENCE:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = handle_any

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/fhir"
        finally:
            server.shutdown()
