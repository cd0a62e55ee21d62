"""What can be set for a deployment: its limits, its latency, its dialect and its faults.

These are the models of the fleet file, of scenarios and of the control API alike. Each is frozen: a change makes a
new one. Durations are in seconds where the name has no unit, in milliseconds where it ends in `_ms`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from mockbackends.faults import DELAY, FAULTS, RETRY_AFTER, FaultType


def _number(value: object) -> object:
    """Refuse what pydantic would take for a number: a text, true or false."""
    if isinstance(value, bool | str):
        raise ValueError("Input should be a number")
    return value


def _check_fault(name: str) -> str:
    if name not in FAULTS:
        raise ValueError(f"write one of {', '.join(FAULTS)}")
    return name


def _faults_with(setting: str) -> str:
    return ", ".join(name for name, fault in FAULTS.items() if setting in fault.settings)


# Bounds stand before NUMBER, and Number is no `type`: else pydantic leaves the bounds out of the JSON schema.
NUMBER = BeforeValidator(_number)
Number = Annotated[float, Strict()]
type Seed = Annotated[int, Field(ge=-(2**63), le=2**63 - 1), NUMBER]
type Flag = Annotated[bool, Field(strict=True)]
type Milliseconds = Annotated[float, Strict(), Field(ge=0, le=3_600_000, allow_inf_nan=False)]
type Seconds = Annotated[float, Strict(), Field(ge=0, le=86_400, allow_inf_nan=False)]
type Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=64)]  # it is part of URLs and of headers

type FaultName = Annotated[str, AfterValidator(_check_fault), Field(json_schema_extra={"enum": [*FAULTS]})]
type Dialect = Literal["old", "new", "short", "high-demand", "provisioned", "no-delay", "minus-one", "day", "in-band"]


class Settings(BaseModel):
    """A frozen model that knows its fields and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Settings):
    """How much a deployment admits; without `rpm` and `tpm` everything."""

    rpm: Annotated[int, Field(ge=1, le=1_000_000_000), NUMBER] | None = Field(
        default=None, description="requests per minute"
    )
    window: Number = Field(default=10, ge=0.1, le=3600, description="seconds of the slices that rpm is judged over")
    tpm: Annotated[int, Field(ge=1, le=1_000_000_000_000), NUMBER] | None = Field(
        default=None, description="tokens per minute, charged at admission"
    )
    token_window: Number = Field(default=60, ge=0.1, le=3600, description="seconds until the count of tokens is reset")
    count_rejected: Flag = Field(default=False, description="whether a refused call counts, too")
    provisioned: Flag = Field(
        default=False, description="tpm is a provisioned throughput: utilization instead of slices"
    )
    spillover: Name | None = Field(default=None, description="the deployment that takes what a provisioned one refuses")


class Latency(Settings):
    """How long an answer takes; jitter 0.2 spreads each wait evenly from 80 % to 120 %."""

    first_token_ms: Milliseconds = Field(default=0, description="milliseconds before an answer starts")
    token_ms: Milliseconds = Field(default=0, description="milliseconds before each streamed token")
    jitter: Number = Field(default=0, ge=0, le=1, description="the part by which a wait may be shorter or longer")
    seed: Seed = Field(default=0, description="the same seed gives the same waits")


class Fault(Settings):
    """What goes wrong, and with which calls: with the first N, with a seeded part of them, or with all."""

    fault: FaultName = Field(description="; ".join(f"{name} {fault.help}" for name, fault in FAULTS.items()))
    first: Annotated[int, Field(ge=1, le=1_000_000_000), NUMBER] | None = Field(
        default=None, description="only the first N calls since this was set"
    )
    probability: Number = Field(default=1, gt=0, le=1, description="the part of the calls that it befalls")
    seed: Seed = Field(default=0, description="the same seed chooses the same calls")
    retry_after: Seconds = Field(
        default=RETRY_AFTER, description=f"{_faults_with('retry_after')}: the seconds that the 429 tells"
    )
    dialect: Dialect | None = Field(
        default=None, description=f"{_faults_with('dialect')}: the form of the 429, instead of the deployment's"
    )
    seconds: Seconds = Field(default=DELAY, description=f"{_faults_with('seconds')}: how long the call waits")

    @property
    def type(self) -> FaultType:
        """The row of the table of faults."""
        return FAULTS[self.fault]


class Deployment(Settings):
    """One deployment of a model: what it admits, how fast it is, how its 429s are put, and what goes wrong."""

    name: Name
    model: Name | None = Field(default=None, description="the model's name; without it, the deployment's")
    limits: Limits = Limits()
    latency: Latency = Latency()
    dialect: Dialect = Field(default="old", description="the form of its 429s")
    faults: tuple[Fault, ...] = ()

    @model_validator(mode="after")
    def _check_provisioned(self) -> "Deployment":
        limits = self.limits
        if limits.provisioned and (limits.tpm is None or limits.rpm is not None):
            raise ValueError("limits: a provisioned deployment has a tpm and no rpm")
        if limits.spillover and not limits.provisioned:
            raise ValueError("limits: only a provisioned deployment has a spillover")
        if limits.spillover == self.name:
            raise ValueError(f"limits: {self.name} cannot spill over to itself")
        return self


class Change(Settings):
    """New values for some of a deployment's settings; of limits and latency only the fields that are given change."""

    limits: Limits | None = None
    latency: Latency | None = None
    dialect: Dialect | None = None
    faults: tuple[Fault, ...] | None = None

    def apply(self, deployment: Deployment) -> Deployment:
        """The deployment with the change; raise pydantic's ValidationError if the result is none."""
        new = deployment.model_dump()
        for field, value in self.model_dump(exclude_unset=True).items():
            if isinstance(value, dict):
                new[field] = new[field] | value
            elif value is not None:
                new[field] = value
        return Deployment.model_validate(new)
