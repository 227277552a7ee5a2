"""How much anybody may ask, and whose address counts."""
