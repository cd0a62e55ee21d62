"""The fleet file: the backends of a fleet, their deployments and the port of their control, in YAML."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from mockbackends.backend import Backend
from mockbackends.documents import DocumentError, read
from mockbackends.fleet import check_names, check_spillover
from mockbackends.settings import NUMBER, Deployment, FrozenModel, Name

type Port = Annotated[int, Field(ge=0, le=65_535), NUMBER]


class BackendEntry(FrozenModel):
    """One backend: an Azure OpenAI resource in one region."""

    name: Name
    region: str | None = Field(
        default=None,
        pattern=r"^[ -~]+$",
        max_length=100,
        description="name in its answers; null: the name",
    )
    port: Port = Field(default=0, description="0 lets the system choose")
    key: str | None = Field(
        default=None, min_length=1, max_length=500, description="key that calls must carry; null: any key"
    )
    deployments: tuple[Deployment, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_names(self) -> "BackendEntry":
        names = [deployment.name for deployment in self.deployments]
        check_names("deployment", names)
        for index, deployment in enumerate(self.deployments):
            check_spillover(deployment.limits, names, "deployments", index)
        return self

    def backend(self) -> Backend:
        """Return the backend to serve."""
        return Backend(self.name, self.port, key=self.key, region=self.region, deployments=self.deployments)


class FleetFile(FrozenModel):
    """A fleet."""

    backends: tuple[BackendEntry, ...] = Field(min_length=1)
    control: Port | None = Field(default=None, description="port of the control; null: no control")

    @model_validator(mode="after")
    def _check_names(self) -> "FleetFile":
        check_names("backend", [backend.name for backend in self.backends])
        return self

    @classmethod
    def load(cls, path: Path) -> "FleetFile":
        """Read the file; raise DocumentError."""
        return read(read_text(path), cls, str(path))


def read_text(path: Path) -> str:
    """Read the text of a file; raise DocumentError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise DocumentError([f"{path}: {reason}"]) from error
