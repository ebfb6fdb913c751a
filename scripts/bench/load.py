"""A lean crowd: raw connections kept alive, bodies made beforehand, no parsing beyond what is asked for."""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlencode

# Any 32 letters are a good CSRF cookie, and they are good as the field too: it is the two being the same that counts.
CSRF = "bench" + "0" * 27
LENGTH = re.compile(rb"content-length: *(\d+)", re.I)


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={CSRF}\r\n\r\n".encode()


def post(path: str, fields: Iterable[tuple[str, str]]) -> bytes:
    body = urlencode([("csrfmiddlewaretoken", CSRF), *fields]).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={CSRF}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Caller(asyncio.Protocol):
    """One connection, one question at a time. A connection that the server drops fails the question."""

    def __init__(self) -> None:
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.got, self.head, self.missing = bytearray(), b"", -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        if self.missing < 0:
            head, mark, _rest = bytes(self.got).partition(b"\r\n\r\n")
            if not mark:
                return
            found = LENGTH.search(head)
            self.head, self.missing = head, len(head) + 4 + (int(found[1]) if found else 0)
        if len(self.got) >= self.missing and self.waiting is not None and not self.waiting.done():
            self.waiting.set_result((int(self.head[9:12]), bytes(self.got[len(self.head) + 4 :])))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionResetError())

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        self.got, self.missing = bytearray(), -1
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiting


async def call(port: int) -> Caller:
    _transport, caller = await asyncio.get_running_loop().create_connection(Caller, "127.0.0.1", port)
    return caller


async def per_second(port: int, requests: Iterator[bytes], *, at_once: int, seconds: float, expect: bytes) -> float:
    """Answers a second of ``at_once`` callers who ask without a pause. Every answer must hold ``expect``."""
    ends, answered = time.perf_counter() + seconds, 0

    async def one() -> None:
        nonlocal answered
        caller = await call(port)
        while time.perf_counter() < ends:
            status, body = await caller.ask(next(requests))
            if status != 200 or expect not in body:
                raise SystemExit(f"{status}: {body[:2000]!r}")
            answered += 1
        caller.transport.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _caller in range(at_once)))
    return answered / (time.perf_counter() - begun)


@dataclass
class Crowd:
    """What a hall saw: seconds from the post to its answer, receipts shown, and what went wrong."""

    pages: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


RECEIPT = re.compile(rb"<strong>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})</strong>")


async def hall(port: int, voters: list[tuple[bytes, bytes]], *, seconds: float) -> Crowd:
    """Everybody comes at a moment of their own within ``seconds``, fetches both pages and casts."""
    crowd = Crowd()
    begun = time.perf_counter()

    async def voter(sheet: bytes, cast: bytes, at: float) -> None:
        await asyncio.sleep(max(0, begun + at - time.perf_counter()))
        try:
            caller = await call(port)
            await _timed(crowd.errors, crowd.pages, caller, get("/v/"))
            await _timed(crowd.errors, crowd.pages, caller, sheet)
            body = await _timed(crowd.errors, crowd.posts, caller, cast)
            crowd.receipts += [found[1].decode() for found in islice(RECEIPT.finditer(body), 1)]
            caller.transport.close()
        except OSError as error:
            crowd.errors.append(repr(error))

    await asyncio.gather(*(voter(*voter_, random.uniform(0, seconds)) for voter_ in voters))  # noqa: S311
    return crowd


async def _timed(errors: list[str], times: list[float], caller: Caller, request: bytes) -> bytes:
    begun = time.perf_counter()
    status, body = await caller.ask(request)
    times.append(time.perf_counter() - begun)
    if status != 200:
        errors.append(f"{status} {body[:300]!r}")
    return body


def run(work: Callable[[], Awaitable[object]]) -> object:
    async def main() -> object:
        return await work()

    return asyncio.run(main())
