"""Invented data of any size: the demonstration site is made from it, and so are the measurements."""
