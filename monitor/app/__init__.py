"""Builds everything and runs it: start and stop, timers, the clock, concurrency limits."""
