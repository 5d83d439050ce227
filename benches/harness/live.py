"""What many cost: open streams of events, webhooks to several receivers, and the check of each request's token."""
import asyncio
import resource
import time

from . import measure, product

# As many streams as one person may have.
EACH = 50


def allow(settings):
    """The environment of a server whose webhooks may call this machine, as fast as they can."""
    return settings | {"RELASI_WEBHOOK_ALLOW": "127.0.0.1/32", "RELASI_WEBHOOK_RATE": "100000",
                       "RELASI_KEY_RATE": "100000000", "RELASI_WORKSPACE_KEY_RATE": "100000000"}


def more_files():
    """Lets this process and those that it starts have as many connections as they may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _tokens(api, count):
    """Access tokens of so many people; each costs two password hashes."""
    tokens = []
    for number in range(count):
        invited = api.post("invitations", {"email": f"ear{number}@bench.example", "role": "member"})
        joined = {"full_name": f"Ear {number}", "password": product.PASSWORD, "language": "en"}
        tokens.append(api.post(f"invitations/{invited['token']}/accept", joined)["access_token"])
    return tokens


async def _listen(port, token, told):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write((f"GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
                  f"Authorization: Bearer {token}\r\n\r\n").encode())
    head = await reader.readuntil(b"event: begin")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise SystemExit(f"no stream: {head[:300]!r}")

    async def follow():
        while line := await reader.readline():
            if b"tag.created" in line:
                told.append(time.monotonic())

    return writer, asyncio.create_task(follow())


async def _streams(server, api, tokens, count):
    roots, told = [server.process.pid], []
    before = measure.memory(roots)
    open_streams = [await _listen(server.port, tokens[number // EACH], told) for number in range(count)]
    await asyncio.sleep(2)
    with_all = measure.memory(roots)
    cpu = measure.cpu_seconds(roots)
    events, slowest = 20, 0.0
    for number in range(events):
        began = time.monotonic()
        await asyncio.to_thread(api.post, "tags", {"name": f"Told {began:.3f}"})
        limit = began + 60
        while len(told) < (number + 1) * count and time.monotonic() < limit:
            await asyncio.sleep(0.01)
        if len(told) < (number + 1) * count:
            raise SystemExit(f"{len(told)} of {(number + 1) * count} events arrived")
        slowest = max(slowest, told[-1] - began)
    cpu = measure.cpu_seconds(roots) - cpu
    after = measure.memory(roots)
    for writer, task in open_streams:
        task.cancel()
        writer.close()
    return {"streams": count, "before": before, "open": with_all, "after": after, "slowest_s": slowest,
            "cpu_us_each": 1e6 * cpu / (events * count)}


def streams(server, api, count):
    """Memory of a server with so many streams, and how long the last of them waits for an event."""
    tokens = _tokens(api, -(-count // EACH))
    return asyncio.run(_streams(server, api, tokens, count))


class _Receiver:
    def __init__(self):
        self.count = 0

    async def serve(self, reader, writer):
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, asyncio.CancelledError):
                break
            lines = head.lower().split(b"\r\n")
            length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
            await reader.readexactly(length)
            self.count += 1
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()


async def _fan_out(server, api, endpoints, events):
    receiver = _Receiver()
    listening = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, backlog=512)
    port = listening.sockets[0].getsockname()[1]
    hooks = [await asyncio.to_thread(api.post, "webhook-endpoints", {"url": f"http://127.0.0.1:{port}/{number}", "kinds": ["tag.*"]})
             for number in range(endpoints)]
    roots = [server.process.pid]
    cpu, began = measure.cpu_seconds(roots), time.monotonic()
    for number in range(events):
        await asyncio.to_thread(api.post, "tags", {"name": f"Sent {began:.0f} {number}"})
    limit = time.monotonic() + 600
    while receiver.count < endpoints * events and time.monotonic() < limit:
        await asyncio.sleep(0.02)
    took = time.monotonic() - began
    if receiver.count < endpoints * events:
        raise SystemExit(f"{receiver.count} of {endpoints * events} deliveries arrived")
    cpu = measure.cpu_seconds(roots) - cpu
    for hook in hooks:
        await asyncio.to_thread(api.send, "DELETE", f"webhook-endpoints/{hook['id']}", None, {"If-Match": '"1"'})
    listening.close()
    return {"endpoints": endpoints, "events": events, "per_s": endpoints * events / took, "cpu_ms_each": 1000 * cpu / (endpoints * events)}


def fan_out(server, api, endpoints, events):
    """Deliveries a second to several receivers, from the first change on."""
    return asyncio.run(_fan_out(server, api, endpoints, events))


def token_check(server, api, folder, options):
    """CPU of a refused request with a session's token and with a key, beside one that comes without a token."""
    key = api.post("api-keys", {"name": "Bench", "scopes": ["see"]})
    refused = folder / "refused.txt"
    refused.write_text("GET\t/api/v1/events?limit=0\t\t\n")
    without, with_key = folder / "headers-none", folder / "headers-key"
    without.write_text("Accept: application/json\n")
    with_key.write_text(f"Authorization: Bearer {key['token']}\n")
    runs = {"none": [], "session": [], "key": []}
    for _ in range(options.rounds):
        for name, headers in (("none", without), ("session", server.headers), ("key", with_key)):
            runs[name].append(measure.load(server.base, server.roots(), refused, headers, 1, options.seconds))
    return {name: measure.middle(all_of)["cpu_ms"] for name, all_of in runs.items()}
