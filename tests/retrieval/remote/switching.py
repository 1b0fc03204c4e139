"""Run as a process to be killed: moves a shelf to the embedder of a server and tells how that stood and stands."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from retrieval.remote.embedder import RemoteEmbedder
from retrieval.remote.identity import Identity
from retrieval.remote.server import open_server
from retrieval.store import embedding
from retrieval.store.shelf import Shelf
from retrieval.store.switch import Switch
from retrieval.types import SHARED
from tests.retrieval.remote.remotes import MODEL
from tests.retrieval.store.making import WordEmbedder


def main() -> None:
    embedding.BATCH = 4
    shelf = Shelf.open(Path(sys.argv[1]), WordEmbedder("words-1"))
    server = open_server(MODEL, base_url=sys.argv[2], api_key=None)
    far = RemoteEmbedder(server, Identity(shelf.records.settings, server.name))
    before = Switch(shelf, far, None).run()
    near = shelf.meaning.near([("owls place 3", WordEmbedder("words-1").embed_queries(["x"])[0])], [SHARED], None, 1)
    first = near.lists[0][0][0].partition(":")[0]
    sys.stdout.write(json.dumps({"left": before.left.passages, "serving": near.embedder, "first": first}) + "\n")
    far.close()
    shelf.close()


if __name__ == "__main__":
    main()
