"""Policy documents that ship, and the lab's configuration."""

from pathlib import Path

_FOLDER = Path(__file__).parent
LAB = _FOLDER / "lab.yaml"
ROUND_ROBIN = _FOLDER / "openai-round-robin.xml"
