"""HTTP/1.1 and the ways to fail, for the Bot API server of the tests."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

KINDS = (
    "429", "400", "401", "403", "404", "409", "500", "502", "migrate",  # refused, not taken
    "cut", "hang", "drip",  # not taken, no whole answer
    "cut_after", "hang_after", "500_after", "502_after", "garbage_after",  # taken, the answer lost
)  # fmt: skip


@dataclass
class Fault:
    """One way to fail, for the next ``times`` calls of a method (and chat)."""

    kind: str
    method: str = "sendMessage"
    chat: int | None = None
    times: int = 1
    retry_after: int | None = 1
    description: str = ""
    moved_to: int = 0


@dataclass
class Reply:
    status: int
    body: bytes
    kind: str = ""  # how to answer, if not simply


def ok(result: Any) -> Reply:
    return Reply(200, json.dumps({"ok": True, "result": result}).encode())


def refusal(code: int, description: str, parameters: dict[str, int] | None = None) -> Reply:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return Reply(code, json.dumps(answer).encode())


def at_once(fault: Fault) -> Reply | None:
    """The answer of a fault that takes nothing; None for those that do."""
    said = fault.description
    match fault.kind:
        case "429":
            wait = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
            return refusal(429, said or f"Too Many Requests: retry after {fault.retry_after}", wait)
        case "migrate":
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            return refusal(400, said, {"migrate_to_chat_id": fault.moved_to})
        case "400" | "401" | "403" | "404" | "409" | "500":
            return refusal(int(fault.kind), said or _DESCRIPTIONS[fault.kind])
        case "502":
            return Reply(502, (said or "<html><h1>502 Bad Gateway</h1></html>").encode())
        case "cut" | "hang" | "drip":
            return Reply(200, b'{"ok": true, "result": ' + b" " * 1000, fault.kind)
        case _:
            return None


CONFLICT = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
_DESCRIPTIONS = {
    "400": "Bad Request: something is wrong",
    "401": "Unauthorized",
    "403": "Forbidden: bot was kicked from the group chat",
    "404": "Not Found",
    "409": CONFLICT,
    "500": "Internal Server Error",
}


def after(fault: Fault, reply: Reply) -> Reply:
    match fault.kind:
        case "500_after":
            return refusal(500, "Internal Server Error")
        case "502_after":
            return Reply(502, b"<html><h1>502 Bad Gateway</h1></html>")
        case "garbage_after":
            return Reply(200, b"\x00<<not json")
        case kind:
            return Reply(200, reply.body, kind.removesuffix("_after"))


async def read_request(reader: asyncio.StreamReader) -> tuple[str, str, bytes] | None:
    """Path, content type and body of the next request; None where the client closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    line, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (h.partition(":") for h in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return line.split(" ")[1], headers.get("content-type", ""), body


def params_of(kind: str, body: bytes) -> dict[str, Any]:
    if "json" in kind:
        return dict(json.loads(body))
    return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))


async def write(writer: asyncio.StreamWriter, reply: Reply, reader: asyncio.StreamReader) -> bool:
    """Answer; False where the connection is to be closed."""
    kind = "text/html" if reply.body.startswith(b"<") else "application/json"
    length = len(reply.body)
    head = f"HTTP/1.1 {reply.status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    match reply.kind:
        case "cut":
            return False
        case "hang":
            await gone(reader)
            return False
        case "drip":
            return await _drip(writer, head.encode() + reply.body)
    writer.write(head.encode() + reply.body)
    await writer.drain()
    return True


async def _drip(writer: asyncio.StreamWriter, answer: bytes) -> bool:
    for index in range(len(answer)):
        writer.write(answer[index : index + 1])
        await writer.drain()
        await asyncio.sleep(0.05)
    return False


async def gone(reader: asyncio.StreamReader) -> None:
    """Until the client closes its end; clients do not pipeline, so nothing else arrives."""
    while not reader.at_eof():
        await reader.read(1)


async def first(*waits: Any, within: float) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, timeout=max(within, 0.0), return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
