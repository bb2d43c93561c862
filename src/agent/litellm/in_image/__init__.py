"""What runs inside LiteLLM's image, by the Python there. Nothing of this agent can be imported in there."""
