"""What the settings of the configuration file have in common: their keys, and texts from the environment."""

import os
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from apim_lab.messages import Url

ENVIRONMENT_VARIABLE = re.compile(r"\$\{(\w+)\}")


def from_environment(value: object) -> object:
    """Replace `${NAME}` in a text by the environment variable NAME; raise ValueError if it is not set."""
    return ENVIRONMENT_VARIABLE.sub(environment_variable, value) if isinstance(value, str) else value


def environment_variable(match: re.Match[str]) -> str:
    if match[1] not in os.environ:
        raise ValueError(f"the environment variable {match[1]} is not set")
    return os.environ[match[1]]


def as_text(value: object) -> object:
    """A YAML scalar as the text of a named value: "3", "true"."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def check_url(value: str) -> str:
    Url.parse(value)
    return value


type Setting = Annotated[str, BeforeValidator(from_environment)]
type UrlSetting = Annotated[str, BeforeValidator(from_environment), AfterValidator(check_url)]
type NamedValue = Annotated[str, BeforeValidator(as_text), AfterValidator(from_environment)]


class Settings(BaseModel):
    """Settings; their keys have dashes, and an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"))
