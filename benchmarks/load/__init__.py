"""Many people at work at once: `python -m benchmarks.load --users 200 --minutes 10`."""
