"""Backends that answer conversations, and the local engine; no Django here."""
