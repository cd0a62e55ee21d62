"""The settings of a deployment: its limits, its latency, its dialect and its faults.

The fleet file, scenarios and the control API use the same models. They are frozen: a change makes a new model.
Durations are in seconds; in milliseconds if the name ends in `_ms`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from mockbackends.faults import DELAY, FAULTS, RETRY_AFTER, FaultType


def _number(value: object) -> object:
    """Refuse a text, true and false, which pydantic would accept as a number."""
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
type Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=64)]  # for URLs and headers

type FaultName = Annotated[str, AfterValidator(_check_fault), Field(json_schema_extra={"enum": [*FAULTS]})]
type Dialect = Literal["old", "new", "short", "high-demand", "provisioned", "no-delay", "minus-one", "day", "in-band"]


class FrozenModel(BaseModel):
    """A frozen model that knows its fields and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(FrozenModel):
    """The limits of a deployment; without `rpm` and `tpm` it admits every call."""

    rpm: Annotated[int, Field(ge=1, le=1_000_000_000), NUMBER] | None = Field(
        default=None, description="requests per minute"
    )
    window: Number = Field(default=10, ge=0.1, le=3600, description="seconds of each slice in which rpm is counted")
    tpm: Annotated[int, Field(ge=1, le=1_000_000_000_000), NUMBER] | None = Field(
        default=None, description="tokens per minute, counted when a call arrives"
    )
    token_window: Number = Field(
        default=60, ge=0.1, le=3600, description="seconds until the count of tokens starts again"
    )
    count_rejected: Flag = Field(default=False, description="also count refused calls")
    provisioned: Flag = Field(
        default=False, description="tpm is a provisioned throughput, which is limited by its utilization"
    )
    spillover: Name | None = Field(default=None, description="deployment that answers what a provisioned one refuses")


class Latency(FrozenModel):
    """The time that an answer takes. Jitter 0.2 spreads each wait evenly from 80 % to 120 %."""

    first_token_ms: Milliseconds = Field(default=0, description="milliseconds before an answer starts")
    token_ms: Milliseconds = Field(default=0, description="milliseconds before each streamed token")
    jitter: Number = Field(default=0, ge=0, le=1, description="part by which a wait may be shorter or longer, e.g. 0.2")
    seed: Seed = Field(default=0, description="seed of the jitter: the same seed gives the same waits")


class Fault(FrozenModel):
    """A fault, and the calls that meet it: the first N, a seeded part, or all."""

    fault: FaultName = Field(description="; ".join(f"{name} {fault.help}" for name, fault in FAULTS.items()))
    first: Annotated[int, Field(ge=1, le=1_000_000_000), NUMBER] | None = Field(
        default=None, description="number of calls with the fault, from its setting on; null: all"
    )
    probability: Number = Field(default=1, gt=0, le=1, description="part of the calls with the fault, e.g. 0.2")
    seed: Seed = Field(default=0, description="seed of the probability: the same seed chooses the same calls")
    retry_after: Seconds = Field(
        default=RETRY_AFTER, description=f"{_faults_with('retry_after')}: seconds to wait, in the 429"
    )
    dialect: Dialect | None = Field(
        default=None, description=f"{_faults_with('dialect')}: form of the 429; null: the deployment's"
    )
    seconds: Seconds = Field(default=DELAY, description=f"{_faults_with('seconds')}: seconds that the call waits")

    @property
    def type(self) -> FaultType:
        """The row of the table of faults."""
        return FAULTS[self.fault]


class Deployment(FrozenModel):
    """A deployment of a model."""

    name: Name
    model: Name | None = Field(default=None, description="name of the model; null: the deployment's")
    limits: Limits = Limits()
    latency: Latency = Latency()
    dialect: Dialect = Field(default="old", description="form of the 429s")
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


class Change(FrozenModel):
    """New values for settings of a deployment. Of limits and latency only the given fields change."""

    limits: Limits | None = None
    latency: Latency | None = None
    dialect: Dialect | None = None
    faults: tuple[Fault, ...] | None = None

    def apply(self, deployment: Deployment) -> Deployment:
        """Return the changed deployment; raise pydantic's ValidationError if its settings do not fit together."""
        new = deployment.model_dump()
        for field, value in self.model_dump(exclude_unset=True).items():
            if isinstance(value, dict):
                new[field] = new[field] | value
            elif value is not None:
                new[field] = value
        return Deployment.model_validate(new)
