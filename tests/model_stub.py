"""A local stand-in for an OpenAI-compatible endpoint: answers as a test tells it, and remembers what it was asked."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def said(*proposals, usage=(100, 20)):
    """A reply that proposes (field, value, quote) triples."""
    listed = [dict(zip(("field", "value", "quote"), p, strict=True)) for p in proposals]
    return completion(json.dumps({"proposals": listed}, ensure_ascii=False), usage)


def completion(content, usage=(100, 20)):
    """A reply with the model's words."""
    counted = {"usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1]}} if usage else {}
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}], **counted}), {}


class Stub:
    """``answer`` is a reply (status, body, headers), or a function of the request's JSON; None never answers."""

    def __init__(self):
        self.answer = said()
        self.requests = []
        self.headers = []
        self.released = threading.Event()
        self.url = ""

    def reply(self, request):
        return self.answer(request) if callable(self.answer) else self.answer

    def environment(self, **more):
        """The variables that name this endpoint."""
        return {"INSIGHTS_LLM_URL": self.url, "INSIGHTS_LLM_MODEL": "stub-1", "INSIGHTS_LLM_KEY": "sk-very-secret", **more}


@contextmanager
def serving():
    """A stub on a free port of this machine, ended with the test."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stub.requests.append({**request, "path": self.path})
            stub.headers.append(dict(self.headers))
            reply = stub.reply(request)
            if reply is None:
                stub.released.wait(30)
                return
            status, text, headers = reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        stub.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
