"""A text file of any encoding, plain or gzip, as a checked stream of UTF-8 bytes."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from store_matching.landing.errors import ExtractError
from store_matching.landing.records import read_records

CHUNK_BYTES = 8 * 1024 * 1024
HEAD_BYTES = 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A code point that no text holds: it marks the bytes that cannot be decoded while an error is located.
UNREADABLE = "\U0010ffff"


def open_bytes(path: Path) -> BinaryIO:
    """Open `path`, unpacking gzip by content. Raises ExtractError when it cannot be opened."""
    if path.is_dir():
        raise ExtractError("this is a folder", file=path, action="give one CSV or Parquet file")
    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise ExtractError("the file does not exist", file=path, action="check the path") from error
    except OSError as error:
        raise ExtractError(
            f"the file cannot be opened: {error.strerror}", file=path, action="check the path and the rights"
        ) from error
    if raw.read(2) == GZIP_MAGIC:
        raw.close()
        return gzip.open(path)
    raw.seek(0)
    return raw


class Utf8Stream(io.RawIOBase):
    """The file's text as UTF-8 bytes without byte order mark, followed by `tail`.

    `head` is the first decoded chunk, for reading the header. `failure` keeps the ExtractError that a read
    raised, because readers in between may wrap it. `encoding` None means: by byte order mark, else UTF-8.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        super().__init__()
        self.path = path
        self.failure: ExtractError | None = None
        self.tail = b""
        self._file = open_bytes(path)
        first = self._read_chunk()
        self.encoding = _chosen_encoding(path, first, encoding)
        self.encoding_was_guessed = encoding is None
        self._decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        self._pending = memoryview(self._decoded(first).removeprefix(codecs.BOM_UTF8))
        self.head = bytes(self._pending[:HEAD_BYTES]).decode("utf-8", errors="ignore")
        self._at_end = not first
        self.warnings = _encoding_warnings(first, self.encoding)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, fewer only at the end: a short read could cut a record into three blocks."""
        wanted = float("inf") if size is None or size < 0 else size
        pieces: list[memoryview] = []
        while wanted > 0 and (self._pending or self._decode_next()):
            piece = self._pending[: min(wanted, len(self._pending))]
            self._pending = self._pending[len(piece) :]
            wanted -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def _decode_next(self) -> bool:
        """Fill the buffer from the file; False when nothing is left."""
        while not self._pending and not self._at_end:
            chunk = self._read_chunk()
            self._at_end = not chunk
            self._pending = memoryview(self._decoded(chunk) + (b"" if chunk else self.tail))
        return bool(self._pending)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()

    def _read_chunk(self) -> bytes:
        try:
            return self._file.read(CHUNK_BYTES)
        except (EOFError, zlib.error, OSError) as error:
            self.failure = ExtractError(
                f"the file cannot be read to its end: {error}",
                file=self.path,
                action="the file is damaged or was cut off; copy it again",
            )
            raise self.failure from error

    def _decoded(self, chunk: bytes) -> bytes:
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            self.failure = locate_undecodable(self.path, self.encoding, self.encoding_was_guessed)
            raise self.failure from error
        return chunk if self.encoding == "utf-8" else text.encode("utf-8")


def text_lines(path: Path, encoding: str) -> Iterator[str]:
    """Yield the file's lines, line ends kept; UNREADABLE and the bytes in hex for what cannot be decoded."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with (
        open_bytes(path) as raw,
        io.TextIOWrapper(raw, codec, errors="store_matching.mark", newline="") as text,
    ):
        yield from text


def locate_undecodable(path: Path, encoding: str, guessed: bool) -> ExtractError:
    """Return the error for the first place that is not text in `encoding`: row, line, column, value."""
    header: list[str] = []
    row, line, column, value = None, None, None, None
    try:
        for number, record, last_line in read_records(text_lines(path, encoding)):
            if number == 0:
                header = record
            place = next((index for index, text in enumerate(record) if UNREADABLE in text), None)
            if place is not None:
                row, line = number or None, last_line
                column = header[place].replace(UNREADABLE, "") if place < len(header) else f"number {place + 1}"
                value = record[place].replace(UNREADABLE, "")
                break
    except UnicodeError:
        # The codec gives up on the whole file, as utf-16 does without a byte order mark: no place to name.
        pass
    return ExtractError(
        f"the text is not {encoding}",
        file=path,
        row=row,
        line=line,
        column=column,
        value=value,
        action=(
            "say how it is encoded, for example --encoding latin-1, cp1252 or utf-16, or save it as UTF-8"
            if guessed
            else f"{encoding} was asked for with --encoding; try utf-8, latin-1, cp1252 or utf-16"
        ),
    )


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    shown = "".join(f"\\x{byte:02x}" for byte in error.object[error.start : error.end])
    return UNREADABLE + shown, error.end


codecs.register_error("store_matching.mark", _mark)


def _chosen_encoding(path: Path, first: bytes, asked: str | None) -> str:
    marked = next((name for mark, name in BYTE_ORDER_MARKS if first.startswith(mark)), None)
    if asked is not None:
        try:
            name = codecs.lookup(asked).name
            "".encode(name)
        except (LookupError, ValueError) as error:
            raise ExtractError(
                f"there is no text encoding {asked!r}",
                file=path,
                action="use a name such as utf-8, latin-1, cp1252 or utf-16",
            ) from error
        # UTF-8 is what most people write without looking: a byte order mark in the file knows better.
        chosen = marked or name if name in ("utf-8", "utf-8-sig") else name
    else:
        chosen = marked or "utf-8"
    if chosen in ("utf-8", "utf-8-sig"):
        _refuse_unmarked_utf16(path, first[:4096])
        return "utf-8"
    return chosen


def _refuse_unmarked_utf16(path: Path, sample: bytes) -> None:
    """ASCII letters in UTF-16 are valid UTF-8 with a NUL beside each: every row would look damaged."""
    if len(sample) < 4 or sample.count(0) * 4 < len(sample):
        return
    guess = "utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be"
    raise ExtractError("the text is not utf-8: every second byte is NUL", file=path, action=f"try --encoding {guess}")


def _encoding_warnings(first: bytes, encoding: str) -> list[str]:
    if encoding.startswith(("utf", "utf_")) or first.isascii():
        return []
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(first)
    except UnicodeDecodeError:
        return []
    return [f"read as {encoding} as asked, but the bytes are valid UTF-8: accented letters may come out wrong"]
