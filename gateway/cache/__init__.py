"""What the public was told lately, kept until something was done at its service."""
