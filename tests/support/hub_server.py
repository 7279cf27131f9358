# SPDX-License-Identifier: GPL-3.0-or-later
"""A Hugging Face Hub of our own on loopback, for tests: the programming interface and downloads as huggingface_hub's
sources (hf_api.py, file_download.py) ask for them. Large files are sent on to another host ("localhost" where the Hub is
"127.0.0.1"), as the Hub sends on to its storage. What goes wrong is ordered with `fail`.

    with HubServer() as hub:
        commit = hub.add("org/name", {"config.json": b"{}"}, large={"model.safetensors": weights})
        hub.fail("model.safetensors", Cut(1000), Status(503))
        …  HF_ENDPOINT=hub.url …
        hub.requests  # what was asked: Request(host, path, headers)
"""
import collections
import dataclasses
import hashlib
import http.server
import json
import re
import socket
import socketserver
import threading
import time
import urllib.parse

Request = collections.namedtuple("Request", "method host path headers")


@dataclasses.dataclass
class Status:
    """Answers with that status and nothing else."""
    code: int
    headers: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Cut:
    """Announces the whole, sends so many bytes and hangs up."""
    bytes: int


@dataclasses.dataclass
class Slow:
    """Sends pieces of that many bytes, with a pause of that many seconds between them."""
    bytes: int
    seconds: float


class Silence:
    """Takes the question and says nothing, until the other side hangs up."""


class Damage:
    """Sends the right number of wrong bytes."""


class Whole:
    """Sends all, whatever part was asked for."""


@dataclasses.dataclass
class Page:
    """Another thing's answer: a login page."""
    text: str


@dataclasses.dataclass
class Repository:
    name: str
    kind: str
    commit: str
    files: dict        # path -> bytes
    large: set         # of paths
    facts: dict
    gated: bool = False
    private: bool = False
    claimed: dict = dataclasses.field(default_factory=dict)  # path -> another size than it has

    def etag(self, path):
        content = self.files[path]
        if path in self.large:
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def info(self):
        return {"id": self.name, "sha": self.commit, "private": self.private, "gated": "auto" if self.gated else False,
                "downloads": 1234, "likes": 5, "lastModified": "2024-02-19T10:57:45.000Z",
                "siblings": [{"rfilename": path} for path in self.files], **self.facts}

    def tree(self):
        entries = [{"type": "directory", "oid": "0" * 40, "size": 0, "path": folder}
                   for folder in sorted({path.rsplit("/", 1)[0] for path in self.files if "/" in path})]
        for path, content in self.files.items():
            size = self.claimed.get(path, len(content))
            entry = {"type": "file", "oid": hashlib.sha1(content).hexdigest() if path in self.large else self.etag(path),
                     "size": size, "path": path}
            if path in self.large:
                entry["lfs"] = {"oid": self.etag(path), "size": size, "pointerSize": 134}
            entries.append(entry)
        return entries


class HubServer:
    """Serves until the with statement ends. `token`: the one that opens gated and private repositories."""

    def __init__(self, token="hf_right"):
        self.token = token
        self.repositories, self.failures, self.requests = {}, collections.defaultdict(list), []
        self.page_size = 1000
        handler = type("Handler", (Handler,), {"hub": self})
        self._servers = [Server(("127.0.0.1", 0), handler) for _ in range(2)]
        self.url, self.storage = (f"http://{host}:{server.server_address[1]}"
                                  for host, server in zip(("127.0.0.1", "localhost"), self._servers))

    def __enter__(self):
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def add(self, name, files, large=None, kind="model", gated=False, private=False, **facts):
        """A repository, or a new commit of one; returns the commit. Contents are bytes."""
        files, large = dict(files), dict(large or {})
        everything = {**files, **large}
        commit = hashlib.sha1(repr(sorted(everything.items())).encode()).hexdigest()
        repository = Repository(name, kind, commit, everything, set(large), facts, gated, private)
        revisions = self.repositories.setdefault((kind, name), {})
        revisions["main"] = revisions[commit] = repository
        return commit

    def fail(self, path, *failures):
        """The next answers about a file (or an address that ends so) go wrong in these ways, one each."""
        self.failures[path] += failures

    def asked(self, end):
        """The questions about an address that ends so, or about the storage's copy of that file."""
        return [each for each in self.requests if urllib.parse.urlsplit(each.path).path.endswith(end)]


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_):
        pass  # the other side hung up, as it was meant to


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer in two parts waits 40 ms for the other side
    hub = None

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        url = urllib.parse.urlsplit(self.path)  # of a proxy's client the whole address
        path = urllib.parse.unquote(url.path)
        self.hub.requests.append(Request(self.command, self.headers["Host"], self.path, dict(self.headers)))
        failure = self.failure_for(path)
        if isinstance(failure, Status):
            return self.send(failure.code, b"", failure.headers)
        if isinstance(failure, Silence):
            while self.connection.recv(1 << 16):
                pass
            self.close_connection = True
            return None
        if isinstance(failure, Page):
            return self.send(200, failure.text.encode(), {"Content-Type": "text/html"})
        if path.startswith("/storage/"):
            return self.send_storage(path, failure)
        if match := re.fullmatch(r"/api/(models|datasets)", path):
            return self.search(match[1][:-1], urllib.parse.parse_qs(url.query))
        if match := re.fullmatch(r"/api/(models|datasets)/([^/]+(?:/[^/]+)?)/(revision|tree)/(.+)", path):
            return self.describe(match[1][:-1], match[2], match[3], match[4], urllib.parse.parse_qs(url.query))
        if match := re.fullmatch(r"/api/(models|datasets)/([^/]+(?:/[^/]+)?)", path):
            return self.describe(match[1][:-1], match[2], "revision", "main", {})
        if match := re.fullmatch(r"/(datasets/)?([^/]+(?:/[^/]+)?)/resolve/([^/]+)/(.+)", path):
            return self.resolve("dataset" if match[1] else "model", match[2], match[3], match[4], failure)
        return self.send(404, b"Not here")

    def failure_for(self, path):
        if self.leads_to_storage(path):
            return None  # the file in storage fails, not the address that leads there
        for end, failures in self.hub.failures.items():
            if failures and path.endswith("/" + end.lstrip("/")):
                return failures.pop(0)
        return None

    def leads_to_storage(self, path):
        return "/resolve/" in path and any(
            path.endswith("/" + large) for revisions in self.hub.repositories.values()
            for repository in revisions.values() for large in repository.large)

    @staticmethod
    def stored_name(path):
        return path.split("/", 3)[3]

    def send(self, code, body, headers=None):
        self.send_response(code)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, code, error, message):
        self.send(code, json.dumps({"error": message}).encode(), {"X-Error-Code": error, "X-Error-Message": message})

    def find(self, kind, name, revision, opens_files):
        """The repository, or None after a refusal was sent."""
        token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        if token and token != self.hub.token:
            self.send(401, b"", {"X-Error-Message": "Invalid credentials in Authorization header"})
            return None
        revisions = self.hub.repositories.get((kind, name))
        if not revisions or revisions["main"].private and not token:
            self.refuse(404 if token else 401, "RepoNotFound", "Repository not found")
            return None
        if opens_files and revisions["main"].gated and not token:
            self.refuse(401, "GatedRepo", f"Access to {kind} {name} is restricted.")
            return None
        if revision not in revisions:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return None
        return revisions[revision]

    def search(self, kind, query):
        def fits(repository):
            facts, filters = repository.facts, query.get("filter", [])
            task, most = query.get("pipeline_tag"), query.get("num_parameters")
            size = facts.get("safetensors", {}).get("total", 0)
            return (repository.kind == kind and query.get("search", [""])[0].lower() in repository.name.lower()
                    and (not task or facts.get("pipeline_tag") == task[0])
                    and all(each in facts.get("tags", []) for each in filters)
                    and (not most or size <= float(re.fullmatch(r"max:([\d.]+)M", most[0])[1]) * 1e6))
        found = [revisions["main"].info() for revisions in self.hub.repositories.values() if fits(revisions["main"])]
        self.send(200, json.dumps(found[:int(query.get("limit", ["1000"])[0])]).encode())

    def describe(self, kind, name, what, revision, query):
        repository = self.find(kind, name, revision, False)
        if not repository:
            return
        if what == "revision":
            self.send(200, json.dumps(repository.info()).encode())
            return
        entries, begin = repository.tree(), int(query.get("cursor", ["0"])[0])
        end = begin + self.hub.page_size
        link = f'<{self.hub.url}{urllib.parse.urlsplit(self.path).path}?recursive=true&cursor={end}>; rel="next"'
        self.send(200, json.dumps(entries[begin:end]).encode(), {"Link": link} if end < len(entries) else {})

    def resolve(self, kind, name, revision, path, failure):
        repository = self.find(kind, name, revision, True)
        if not repository:
            return
        headers = {"X-Repo-Commit": repository.commit}
        if path not in repository.files:
            self.send(404, b"", {**headers, "X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"})
        elif path in repository.large:
            etag = repository.etag(path)
            self.send(302, b"", {**headers, "X-Linked-Etag": f'"{etag}"', "ETag": '"a-pointer"',
                                 "X-Linked-Size": str(len(repository.files[path])),
                                 "Location": f"{self.hub.storage}/storage/{etag}/{urllib.parse.quote(path)}?signed=1"})
        else:
            self.send_content(repository.files[path], failure, {**headers, "ETag": f'"{repository.etag(path)}"'})

    def send_storage(self, path, failure):
        if "Authorization" in self.headers:
            self.send(400, b"Only one auth mechanism allowed")
            return
        etag = path.split("/")[2]
        for revisions in self.hub.repositories.values():
            for repository in revisions.values():
                if self.stored_name(path) in repository.large and repository.etag(self.stored_name(path)) == etag:
                    self.send_content(repository.files[self.stored_name(path)], failure, {"ETag": f'"{etag}"'})
                    return
        self.send(404, b"")

    def send_content(self, content, failure, headers):
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        begin = int(asked[1]) if asked and not isinstance(failure, Whole) else 0
        if asked and begin >= len(content):
            self.send(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            return
        body = content[begin:] if not isinstance(failure, Damage) else bytes(len(content) - begin)
        self.send_response(206 if begin else 200)
        if begin:
            headers = {**headers, "Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"}
        for key, value in {**headers, "Content-Length": str(len(body)), "Accept-Ranges": "bytes"}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if isinstance(failure, Cut):
            self.wfile.write(body[:failure.bytes])
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif isinstance(failure, Slow):
            for part in range(0, len(body), failure.bytes):
                self.wfile.write(body[part:part + failure.bytes])
                self.wfile.flush()
                time.sleep(failure.seconds)
        else:
            self.wfile.write(body)
