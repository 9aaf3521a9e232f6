"""Settings, addresses and processes: the only place that may import every other room."""
