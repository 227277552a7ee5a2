"""The journal in the operator's hands: verifying its chain, erasing what is personal in it."""
