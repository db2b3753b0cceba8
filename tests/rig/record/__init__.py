"""Records what a real vLLM answers to a fixed list of requests, for the stand-in to be held against."""
