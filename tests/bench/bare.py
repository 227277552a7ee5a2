"""An upstream as fast as Python gives one: raw ASGI, and the same 2 KB for every address."""

from starlette.types import Receive, Scope, Send

BODY = b'{"words": "%s"}' % (b"x" * (2048 - 13))
FIELDS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
# Under this address it has a tag, so that it may be kept.
TAGGED = b"tagged"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    tag = [(b"etag", b'"1"')] if TAGGED in scope["query_string"] else []
    await send({"type": "http.response.start", "status": 200, "headers": FIELDS + tag})
    await send({"type": "http.response.body", "body": BODY})
