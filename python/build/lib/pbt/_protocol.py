"""The wire: one JSON object a line over the Unix socket in PBT_SOCKET (docs/protocol.md)."""

from __future__ import annotations

import json
import math
import queue
import socket
import threading
from typing import Any, Dict, Optional, Union

PROTOCOL = 1
LINE_BYTES_MAX = 16 * 1024 * 1024
CLIENT = "python 0.1.0"

Message = Dict[str, Any]


class ProtocolError(RuntimeError):
    """The worker and this client do not understand each other."""


def number(value: Any, what: str) -> Union[int, float, str]:
    """A metric or sample as the protocol wants it; takes NumPy scalars and one-element tensors too."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (bool, int)) and abs(value) <= 2**53:
        return int(value)
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{what} is {value!r}: expected one number") from None
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def is_real(value: Any) -> bool:
    """A number, and not a truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def encode(message: Message) -> bytes:
    line = json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    if len(line) > LINE_BYTES_MAX:
        raise ValueError(f"the {message['type']} message has {len(line)} bytes; the protocol allows {LINE_BYTES_MAX}")
    return line


def decode(line: bytes) -> Message:
    try:
        message = json.loads(line)
    except ValueError as error:
        raise ProtocolError(f"the worker sent a line that is no JSON ({error}): {line[:200]!r}") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise ProtocolError(f"the worker sent a line that is no object with a type: {line[:200]!r}")
    return message


class Connection:
    """A connection to the worker. Its own thread reads, so that a cancel is seen while the script trains."""

    def __init__(self, path: str, resident_max: int) -> None:
        self.cancel = ""  # what the worker asks of the open turn: "", "save" or "abandon"
        self._inbox: "queue.SimpleQueue[Union[Message, ProtocolError, None]]" = queue.SimpleQueue()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(path)
        except OSError as error:
            raise ProtocolError(f"cannot connect to the worker at PBT_SOCKET={path}: {error}") from error
        self._lines = self._socket.makefile("rb")
        hello = {"type": "hello", "protocol": PROTOCOL, "client": CLIENT}
        self.send({**hello, "resident_max": resident_max, "batch_max": 1})
        self.hello = self._read_hello()
        threading.Thread(target=self._read, name="pbt-reader", daemon=True).start()

    def send(self, message: Message) -> None:
        """Sends a message. When the worker has gone nobody is left to tell: the reader then ends the loop."""
        line = encode(message)
        try:
            self._socket.sendall(line)
        except (BrokenPipeError, ConnectionResetError):
            self.cancel = "abandon"

    def receive(self) -> Optional[Message]:
        """The next turns or drop message; None after goodbye or when the worker has gone."""
        message = self._inbox.get()
        if isinstance(message, ProtocolError):
            raise message
        return message

    def close(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the reader too
        except OSError:
            pass  # the worker closed first
        self._socket.close()

    def _read_line(self) -> bytes:
        try:
            line = self._lines.readline(LINE_BYTES_MAX + 1)
        except (ConnectionResetError, OSError):
            return b""
        if len(line) > LINE_BYTES_MAX:
            raise ProtocolError(f"the worker sent a line of more than {LINE_BYTES_MAX} bytes")
        return line if line.endswith(b"\n") else b""

    def _read_hello(self) -> Message:
        line = self._read_line()
        if not line:
            raise ProtocolError("the worker closed the connection before its hello; its log says why")
        hello = decode(line)
        if hello["type"] != "hello":
            raise ProtocolError(f"the worker's first message is {hello['type']!r}: expected 'hello'")
        if hello.get("protocol") != PROTOCOL:
            raise ProtocolError(
                f"the worker speaks protocol {hello.get('protocol')}, this client {PROTOCOL}: "
                "install the Python client that came with the worker's pbt"
            )
        return hello

    def _read(self) -> None:
        """Files what arrives, in order. A cancel concerns the turn asked for last."""
        end: Optional[ProtocolError] = None
        try:
            while True:
                line = self._read_line()
                if not line:
                    break
                message = decode(line)
                kind = message["type"]
                if kind == "goodbye":
                    break
                if kind == "cancel":
                    self.cancel = "abandon" if message.get("mode") == "abandon" else "save"
                elif kind in ("turns", "drop"):
                    if kind == "turns":
                        self.cancel = ""
                    self._inbox.put(message)
                else:
                    raise ProtocolError(f"the worker sent a message of the unknown type {kind!r}")
        except ProtocolError as error:
            end = error
        self.cancel = "abandon"  # nobody waits for an open turn any more
        self._inbox.put(end)
