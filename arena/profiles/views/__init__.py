"""Doors of the profile: people's own, and those of the staff."""
