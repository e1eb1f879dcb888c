"""An Iceberg REST catalog on the loopback: the endpoints that PyIceberg calls, over another catalog."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.rest import CreateTableRequest
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.table import CommitTableRequest, Table
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER

STATUS_OF = {
    NoSuchNamespaceError: 404,
    NoSuchTableError: 404,
    NamespaceAlreadyExistsError: 409,
    TableAlreadyExistsError: 409,
    CommitFailedException: 409,
}


class RestCatalogServer:
    """What each endpoint answers."""

    def __init__(self, backing: Catalog) -> None:
        self.backing = backing
        self.routes: list[tuple[str, str, Callable]] = [
            ("GET", r"/v1/config", lambda body: {"defaults": {}, "overrides": {}}),
            ("GET", r"/v1/namespaces", self.list_namespaces),
            ("POST", r"/v1/namespaces", self.create_namespace),
            ("GET", r"/v1/namespaces/([^/]+)", self.load_namespace),
            ("GET", r"/v1/namespaces/([^/]+)/tables", self.list_tables),
            ("POST", r"/v1/namespaces/([^/]+)/tables", self.create_table),
            ("GET", r"/v1/namespaces/([^/]+)/tables/([^/]+)", self.load_table),
            ("POST", r"/v1/namespaces/([^/]+)/tables/([^/]+)", self.commit_table),
        ]

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Return status and document for a request."""
        for verb, pattern, handle in self.routes:
            found = re.fullmatch(pattern, urlsplit(target).path)
            if verb == method and found:
                try:
                    return 200, handle(body, *found.groups())
                except tuple(STATUS_OF) as error:
                    code = STATUS_OF[type(error)]
                    return code, {"error": {"message": str(error), "type": type(error).__name__, "code": code}}
        return 404, {"error": {"message": f"no endpoint {method} {target}", "type": "NotFound", "code": 404}}

    def list_namespaces(self, body: bytes) -> dict[str, Any]:
        return {"namespaces": self.backing.list_namespaces()}

    def create_namespace(self, body: bytes) -> dict[str, Any]:
        asked = json.loads(body)
        self.backing.create_namespace(tuple(asked["namespace"]), asked["properties"])
        return asked

    def load_namespace(self, body: bytes, namespace: str) -> dict[str, Any]:
        return {"namespace": [namespace], "properties": self.backing.load_namespace_properties(namespace)}

    def list_tables(self, body: bytes, namespace: str) -> dict[str, Any]:
        names = self.backing.list_tables(namespace)
        return {"identifiers": [{"namespace": name[:-1], "name": name[-1]} for name in names]}

    def create_table(self, body: bytes, namespace: str) -> dict[str, Any]:
        # Clients leave out what is null, and PyIceberg's own model of the request wants it.
        nulls = {"location": None, "partition-spec": None, "write-order": None}
        asked = CreateTableRequest.model_validate(nulls | json.loads(body))
        return _of_table(
            self.backing.create_table(
                (namespace, asked.name),
                asked.table_schema,
                asked.location,
                asked.partition_spec or UNPARTITIONED_PARTITION_SPEC,
                asked.write_order or UNSORTED_SORT_ORDER,
                asked.properties,
            )
        )

    def load_table(self, body: bytes, namespace: str, name: str) -> dict[str, Any]:
        return _of_table(self.backing.load_table((namespace, name)))

    def commit_table(self, body: bytes, namespace: str, name: str) -> dict[str, Any]:
        asked = CommitTableRequest.model_validate_json(body)
        table = self.backing.load_table((namespace, name))
        self.backing.commit_table(table, asked.requirements, asked.updates)
        return self.load_table(b"", namespace, name)


def _of_table(table: Table) -> dict[str, Any]:
    metadata = json.loads(table.metadata.model_dump_json(by_alias=True))
    return {"metadata-location": table.metadata_location, "metadata": metadata, "config": {}}


@contextmanager
def serve_rest_catalog(backing: Catalog) -> Iterator[str]:
    """Serve a catalog; gives the address."""
    catalog = RestCatalogServer(backing)

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, document = catalog.answer(self.command, self.path, body)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _do

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
