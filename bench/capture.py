"""A FHIR server that keeps what a loader posts to it, and finds everything fine: how the very bundles that fhirehose
sends are had, to post them again without it."""
import http.server
import threading

CAPABILITIES = (b'{"resourceType":"CapabilityStatement","status":"active","kind":"instance","fhirVersion":"4.0.1",'
                b'"format":["json"]}')
ANSWER_FRONT = b'{"resourceType":"Bundle","type":"transaction-response","entry":['
ENTRY = b'{"response":{"status":"201 Created"}}'


class Capture(http.server.ThreadingHTTPServer):
    """Writes each body to `path` as bare_replay reads it, in the order of arrival. The requests are waited for on
    threads of its own until close()."""

    def __init__(self, path):
        super().__init__(("127.0.0.1", 0), Handler)
        self.file, self.lock = open(path, "wb"), threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/fhir"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def keep(self, body):
        entries = body.count(b',"request":{"method":"PUT","url":')
        with self.lock:
            self.file.write(b"%d %d\n" % (entries, len(body)) + body)
        return entries

    def close(self):
        self.shutdown()
        self.file.close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.answer(CAPABILITIES)

    def do_POST(self):
        entries = self.server.keep(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(ANSWER_FRONT + b",".join([ENTRY] * entries) + b"]}")

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
