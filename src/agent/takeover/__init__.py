"""Taking over the database of a LiteLLM that runs somewhere else. Nothing of that one is ever changed."""
