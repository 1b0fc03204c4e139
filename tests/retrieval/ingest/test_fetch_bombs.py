"""A small body that opens into a large one costs a sentence, and no more memory than an honest page."""

from __future__ import annotations

import asyncio
import struct
import tracemalloc
import zlib

import pytest
from aiohttp import web

from retrieval.errors import BadInput, Refused
from retrieval.ingest.read import read
from tests.loopback import SIZE, Site

OPENED = 64 * 1024 * 1024
"""Bytes that each of these opens into; the limit is a million."""
NOT_ACCEPTED = "compressed in a way that is not accepted; save it and add the file."
ROOM = 6 * SIZE
"""The body so far, a copy of it, and what is on the way."""


def inflated(bits: int) -> bytes:
    compressor = zlib.compressobj(9, wbits=bits)
    return b"".join([*(compressor.compress(bytes(SIZE)) for _ in range(OPENED // SIZE)), compressor.flush()])


def zstandard() -> bytes:
    """A frame of blocks that each repeat one byte 128 KiB long (RFC 8878, 3.1.1): four bytes for each."""
    block = 128 * 1024
    count = OPENED // block
    blocks = b"".join(struct.pack("<I", block << 3 | 1 << 1 | (at == count - 1))[:3] + b"\0" for at in range(count))
    return b"\x28\xb5\x2f\xfd" + b"\xa0" + struct.pack("<I", OPENED) + blocks


BROTLI = bytes.fromhex(
    "cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3fffffffe19f0088c32200ddfbfffc7f84c63f0110870500ba87d0"
)
"""64,000,000 zeros as brotli 1.2 packs them."""
BOMBS = {
    "gzip": (inflated(16 + zlib.MAX_WBITS), "larger than 1 MB"),
    "deflate": (inflated(zlib.MAX_WBITS), "larger than 1 MB"),
    "zstd": (zstandard(), NOT_ACCEPTED),
    "br": (BROTLI, NOT_ACCEPTED),
    "gzip, gzip": (inflated(16 + zlib.MAX_WBITS), NOT_ACCEPTED),
    "gzip, br": (BROTLI, NOT_ACCEPTED),
}


@pytest.mark.parametrize("encoding", BOMBS)
async def test_a_bomb_is_refused_before_it_opens(site: Site, encoding: str) -> None:
    bomb, sentence = BOMBS[encoding]
    link = site.page("/bomb", bomb, Content_Encoding=encoding)
    assert len(bomb) < OPENED / 900
    tracemalloc.start()
    with pytest.raises(Refused, match=sentence):
        await site.fetcher().fetch(link)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < ROOM


@pytest.mark.parametrize("encoding", ["zstd", "br", "compress", "aes128gcm", "gzip, gzip", "nonsense"])
async def test_an_encoding_that_was_not_asked_for_is_refused_by_its_name_alone(site: Site, encoding: str) -> None:
    async def head_only(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": encoding})
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    site.answers["/a"] = head_only
    with pytest.raises(Refused, match=NOT_ACCEPTED):
        await site.fetcher(seconds=30.0).fetch(site.link("/a"))
    assert site.seen[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_a_bomb_handed_in_as_a_file_is_not_opened(encoding: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(BOMBS[encoding][0])
    assert str(refused.value).endswith(".")
