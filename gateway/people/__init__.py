"""Who asks: providers and their keys, tokens, persons and hats, revocations, voices without an office."""
