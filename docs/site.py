"""What the documentation's site needs beyond the pages of docs/: those of the project's root, and links to its files.

README.md and others link to `docs/traces.md`, pages of docs/ to `../addon/balancer.py`. On the site the former is
a page, the latter is only named; a file that is not there fails the build, as a dead link between pages does.
"""

import re
from pathlib import Path
from posixpath import normpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "SECURITY.md": "security.md"}
"""Pages of the root, and what they are called on the site."""

_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root."""
    for source, target in PAGES.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, target, content=text.replace("](docs/images/", "](images/")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make links of the project's tree those of the site; raise PluginError for a file that is not there."""
    folder = "" if page.file.src_uri in PAGES.values() else "docs"

    def link(match: re.Match[str]) -> str:
        label, target, anchor = match[1], match[2], match[3] or ""
        path = normpath(f"{folder}/{target}".lstrip("/"))
        if not (ROOT / path).exists():
            raise PluginError(f"{page.file.src_uri} links to {target}, which is not there")
        place = PAGES.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else "")
        return f"[{label}]({place}{anchor})" if files.get_file_from_path(place) else label

    return _LINK.sub(link, markdown)
