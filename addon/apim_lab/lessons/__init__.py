"""Scripted lessons: a class watches throttling, routing and retries happen, on the live page or in the terminal."""
