"""Models behind servers that speak the OpenAI chat protocol. Such a server may lie, stall or leak."""
