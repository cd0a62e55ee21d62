"""Fixtures that several rooms share."""

pytest_plugins = ["tests.apim_lab.expression_fixtures"]
