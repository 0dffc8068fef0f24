"""An echo server and its client with asyncio: more bytes than one buffer holds, both directions at once."""
import asyncio
import sys


async def serve():
    done = asyncio.Event()

    async def echo(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
        done.set()

    server = await asyncio.start_server(echo, "127.0.0.1", 8080)
    await done.wait()
    server.close()


async def talk():
    reader, writer = await asyncio.open_connection("127.0.0.1", 8080)
    text = bytes(n % 251 for n in range(300_000))
    writer.write(text)
    assert await reader.readexactly(len(text)) == text
    writer.close()
    await writer.wait_closed()


asyncio.run(serve() if sys.argv[1] == "server" else talk())
