"""Any release of vLLM on a CPU."""
