"""Serve a GGUF file by llama.cpp, in a process of its own; prints its address, and ends with its standard input."""

import sys

import xllamacpp


def main(model: str, key: str) -> None:
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_ctx, params.n_parallel = 1024, 2
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_threads_http = 4
    params.api_keys = [key]
    params.verbosity = 0
    server = xllamacpp.Server(params)
    print(f"serving at {server.listening_address}", flush=True)  # noqa: T201 - the test reads it
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
