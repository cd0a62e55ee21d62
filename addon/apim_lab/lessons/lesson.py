"""A lesson: its texts, its story, its policy and its scenario."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from apim_lab.gallery import ROUND_ROBIN
from apim_lab.lessons.stage import Stage
from mockbackends.documents import read
from mockbackends.scenario import Scenario

ROUND_ROBIN_VALUES = {
    "calls": "1000",
    "renewal-period": "60",
    "counter-duration": "86400",
    "retry-count": "3",
    "retry-interval": "10",
}
"""Named values of the default policy for a lesson that is not about its limit."""


@dataclass(frozen=True)
class Lesson:
    """A story with its texts, its policy and its scenario.

    `folder` has the `scenario.yaml` for the fleet, and the `policy.xml` for the gateway, unless the lesson is about the
    default policy. `watch`, `question` and `answer` are sentences for the class.
    """

    title: str
    watch: str
    question: str
    answer: str
    story: Callable[[Stage], None]
    folder: Path
    named_values: Mapping[str, str] = field(default_factory=dict)

    @property
    def policy(self) -> Path:
        """The policy document for the gateway."""
        own = self.folder / "policy.xml"
        return own if own.exists() else ROUND_ROBIN

    @property
    def scenario_name(self) -> str:
        """The name of the fleet's scenario while the lesson plays. By this name the live page knows a scenario that a
        lesson has left there from one that a user has loaded, even from the same file."""
        return f"lesson: {self.title}"

    @property
    def scenario(self) -> str:
        """The scenario for the fleet, in JSON; raise DocumentError."""
        path = self.folder / "scenario.yaml"
        scenario = read(path.read_text(encoding="utf-8"), Scenario, str(path))
        return scenario.model_copy(update={"name": self.scenario_name}).model_dump_json(
            by_alias=True, exclude_unset=True
        )

    def as_dict(self, number: int) -> dict[str, object]:
        """The lesson for the live page's server."""
        return {
            "number": number,
            "title": self.title,
            "watch": self.watch,
            "question": self.question,
            "answer": self.answer,
            "policy": str(self.policy.resolve()),
            "named_values": dict(self.named_values),
            "scenario": self.scenario_name,
        }
