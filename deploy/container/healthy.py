"""Whether the process in this container serves; the exit code is the container's health."""

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException


def healthy(port: int) -> bool:
    """Whether it says that it is ready; asked without urllib, which would go through a proxy."""
    connection = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not healthy(int(os.environ["UVICORN_PORT"])))
