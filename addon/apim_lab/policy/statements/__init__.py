"""The statements of a policy: one module per concern, one class per policy element. Importing them declares them."""

from apim_lab.policy.statements import backend, control, message, rate_limit, variables
from apim_lab.policy.statements.element import STATEMENTS

__all__ = ["STATEMENTS", "backend", "control", "message", "rate_limit", "variables"]
