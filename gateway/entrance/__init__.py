"""The way in: a connection, a request taken down without repair, and how its answer goes out."""
