"""LiteLLM as a program: its API, image, configuration, log, workers, and the proof that they serve."""
