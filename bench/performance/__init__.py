"""The build measured beside Hugo: `python -m bench.performance --entities 100000`."""
