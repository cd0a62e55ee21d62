"""The language: a module for each construct."""
