from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "arena.safety"
    label = "safety"
