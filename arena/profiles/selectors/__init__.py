"""Reads of surveys and of what people answered."""
