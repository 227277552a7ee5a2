"""The way to the services: what passes, a limit, one second attempt, a breaker, the wire."""
