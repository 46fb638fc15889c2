"""Passes connections on to a port of the same host, what goes through them late: what netem does, which not every kernel has.

    python3 tests/postgres/slow_link.py ADDRESS PORT TO_PORT DELAY_MS
"""

import asyncio
import sys


async def pass_on(reader, writer, delay_s):
    """In order, each piece so late; the end too."""
    clock = asyncio.get_running_loop()
    pieces = asyncio.Queue()

    async def deliver():
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - clock.time())
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    async def take():
        piece = b"first"
        while piece:
            try:
                piece = await reader.read(65536)
            except ConnectionError:
                piece = b""
            pieces.put_nowait((clock.time() + delay_s, piece))

    await asyncio.gather(take(), deliver(), return_exceptions=True)


async def main(address, port, to_port, delay_ms):
    async def accept(reader, writer):
        server_reader, server_writer = await asyncio.open_connection(address, to_port)
        await asyncio.gather(pass_on(reader, server_writer, delay_ms / 1000), pass_on(server_reader, writer, delay_ms / 1000))

    server = await asyncio.start_server(accept, address, port)
    print("listening", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
