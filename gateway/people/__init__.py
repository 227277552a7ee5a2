"""Who asks: providers and their keys, tokens, persons and hats, and voices without an office."""
