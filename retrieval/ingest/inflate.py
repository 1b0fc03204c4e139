"""Bodies of HTTP answers, decompressed piece by piece, so that a bomb costs no more memory than an honest page."""

from __future__ import annotations

import zlib

from retrieval.errors import Refused

ACCEPT_ENCODING = "gzip, deflate"
"""What is asked for: zlib can stop in the middle of either. Brotli and zstd are refused, since one small piece of
them may open into hundreds of megabytes at once."""

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_CHECK = 31
_ZLIB_METHOD = 8


class Body:
    """Collects a body up to a limit on what it is after decompression.

    Args:
        encoding: The value of Content-Encoding, or "" without one.
        most: Bytes.

    Raises:
        Refused: Here, where the encoding was not asked for.
    """

    def __init__(self, encoding: str, most: int) -> None:
        self._encoding = encoding.strip().lower().removeprefix("x-")
        if self._encoding not in {"", "identity", "gzip", "deflate"}:
            raise Refused(
                "The site sends that page compressed in a way that is not accepted; save it and add the file."
            )
        self._most = most
        self._collected = bytearray()
        self._head = b""
        self._inflater: zlib._Decompress | None = None

    def feed(self, piece: bytes) -> None:
        """Add what came from the network.

        Raises:
            Refused: The body is larger than the limit, or is not what its encoding says.
        """
        if self._encoding in {"", "identity"}:
            self._collect(piece)
            return
        try:
            self._inflate(piece)
        except zlib.error as error:
            raise Refused("What the site sent is damaged: it cannot be decompressed.") from error

    def content(self) -> bytes:
        """Everything collected so far."""
        return bytes(self._collected)

    def _inflate(self, piece: bytes) -> None:
        piece = self._head + piece
        self._head = b""
        while piece:
            if self._inflater is None:
                if len(piece) < len(_GZIP_MAGIC):  # too little to tell the format by
                    self._head = piece
                    return
                self._inflater = self._begin(piece)
                if self._inflater is None:
                    return
            room = self._most - len(self._collected) + 1
            self._collect(self._inflater.decompress(piece, room))
            piece = self._inflater.unconsumed_tail
            if self._inflater.eof:
                piece, self._inflater = self._inflater.unused_data, None

    def _begin(self, piece: bytes) -> zlib._Decompress | None:
        """A decompressor for what starts here, or None for padding after the end."""
        if self._collected and not (self._encoding == "gzip" and piece.startswith(_GZIP_MAGIC)):
            return None
        if self._encoding == "gzip":
            return zlib.decompressobj(_GZIP)
        # "deflate" is the zlib format, but some servers send the bare one (RFC 9110, section 8.4.1.2).
        wrapped = piece[0] & 0x0F == _ZLIB_METHOD and int.from_bytes(piece[:2]) % _ZLIB_CHECK == 0
        return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

    def _collect(self, piece: bytes) -> None:
        self._collected += piece
        if len(self._collected) > self._most:
            raise too_large(self._most)


def too_large(most: int) -> Refused:
    """The refusal of what is larger than ``most`` bytes."""
    return Refused(f"That is larger than {most / 1_000_000:.0f} MB, the most that is read; add the part that matters.")
