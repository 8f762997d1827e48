"""The host: kernel, runtime, parties, processes, site and the composition roots."""
