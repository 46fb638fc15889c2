"""What the documents say of the source tree and of the program is true. PBT_PROGRAM names the program."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBT_PROGRAM", str(ROOT / "build" / "pbt"))

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def is_ours(path):
    parts = path.relative_to(ROOT).parts
    return not any(part.startswith((".", "build")) or part in ("runs", "data", "install", "node_modules") for part in parts)


DOCUMENTS = sorted(path for path in ROOT.rglob("*.md") if is_ours(path))
FOR_USERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "guides").glob("*.md")),
             ROOT / "docs" / "formats.md", ROOT / "examples" / "README.md", ROOT / "trainers" / "README.md"]


def name(path):
    return str(path.relative_to(ROOT))


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def blocks(path, *languages):
    return [body for language, body in FENCE.findall(path.read_text()) if language in languages]


def anchors(path):
    """As code hosts make them of headings."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def subcommands():
    out = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    listed = re.search(r"^Subcommands:\n(.*?)^\S", out, re.MULTILINE | re.DOTALL)
    assert listed, out
    return set(re.findall(r"^  (\w+)", listed[1], re.MULTILINE))


def subcommands_in(path):
    text = path.read_text()
    code = [re.sub(r"(^|\s)#.*", "", line) for block in blocks(path, "sh") for line in block.splitlines()]
    code += re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    return {word for line in code for word in re.findall(r"(?:^|[\s/])pbt (?:--plugin \S+ )?([a-z]+)", line)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text())):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{name(path)} links to {link}, which is not there"
        if anchor:
            assert anchor in anchors(target), f"{name(path)} links to {link}, but {name(target)} has no such heading"


def test_the_readme_shows_the_minimal_program_as_it_is():
    program = (ROOT / "examples" / "04_minimal" / "main.cc").read_text()
    assert program in blocks(ROOT / "README.md", "cpp")


def test_the_guide_shows_the_minimal_programs_function_as_it_is():
    program = (ROOT / "examples" / "04_minimal" / "main.cc").read_text()
    function = re.search(r"^pbt::Report train\(.*?^}\n", program, re.MULTILINE | re.DOTALL)[0]
    assert function in blocks(ROOT / "docs" / "guides" / "cpp.md", "cpp")


def test_the_guide_shows_the_shell_trainer_as_it_is():
    script = (ROOT / "examples" / "02_any_language" / "train.sh").read_text()
    code = "".join(line for line in script.splitlines(keepends=True) if not line.startswith("#"))
    assert code in blocks(ROOT / "docs" / "guides" / "command-trainers.md", "sh")


@pytest.mark.parametrize("path", FOR_USERS, ids=name)
def test_commands_exist(path):
    unknown = subcommands_in(path) - subcommands()
    assert not unknown, f"{name(path)} names pbt {sorted(unknown)}, which is no command"


def test_the_readme_names_every_command():
    assert subcommands() <= subcommands_in(ROOT / "README.md")


def test_every_guide_and_decision_is_in_the_index():
    index = (ROOT / "docs" / "README.md").read_text()
    for path in [*(ROOT / "docs" / "guides").glob("*.md"), *(ROOT / "docs" / "adr").glob("*.md")]:
        assert f"({path.relative_to(ROOT / 'docs')})" in index, f"docs/README.md does not lead to {name(path)}"


def test_paths_of_the_source_that_documents_name_exist():
    for document in [ROOT / "docs" / "ARCHITECTURE.md", *(ROOT / "docs" / "adr").glob("*.md")]:
        for path in re.findall(r"`((?:src|tests|include|examples|trainers|docs|python)/[\w./]+)`", document.read_text()):
            assert (ROOT / path).exists(), f"{name(document)} names {path}, which is not there"
