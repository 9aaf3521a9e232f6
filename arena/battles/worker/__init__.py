"""What runs inside a generation worker: the backends that it holds, and the relay from a backend to the stream."""
