import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Start = Callable[..., dict[str, Any]]
PRINT = (
    'import json, os, sys; links = [os.path.realpath("/proc/self/fd/" + one) for one in os.listdir("/proc/self/fd")]; '
    'print(json.dumps({**os.environ, "argv": sys.argv[1:], "open": links}))'
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where programs may be started from: the folder of other tests may be in memory, where that can be forbidden."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture
def start(folder: Path, files: Path) -> Start:
    """What LiteLLM is started with, when systemd opened a file with this text."""
    (folder / "bin").mkdir()
    litellm = folder / "bin/litellm"
    litellm.write_text(f"#!/bin/sh\nexec {sys.executable} -S -c '{PRINT}' \"$@\"\n")
    litellm.chmod(0o755)

    def started(text: str, **environment: str) -> dict[str, Any]:
        (folder / "env").write_text(text)
        systemd = {"LISTEN_FDS": "1", "LISTEN_PID": "1", "LISTEN_FDNAMES": "env"}
        with (folder / "env").open() as opened:
            said = subprocess.run(
                # The shell has it as descriptor 3.
                ["/bin/sh", "-c", 'exec "$@" 3<&0 </dev/null', "sh", "/bin/sh", files / "container/start", "--port", "4001"],
                stdin=opened,
                env={"PATH": f"{folder}/bin:/usr/bin:/bin", **systemd, **environment},
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        return json.loads(said)  # type: ignore[no-any-return]

    return started


def test_litellm_gets_the_variables_of_the_open_file_literally(start: Start) -> None:
    text = '# none\nA=1\nQUOTED="x" $(touch /tmp/x) `id`\nnot one\nEMPTY=\nEQUALS=a=b=c\nLAST=\\n'
    given = start(text)
    assert {name: given[name] for name in ("A", "QUOTED", "EMPTY", "EQUALS", "LAST")} == {
        "A": "1",
        "QUOTED": '"x" $(touch /tmp/x) `id`',
        "EMPTY": "",
        "EQUALS": "a=b=c",
        # The last line has no end of line.
        "LAST": "\\n",
    }
    assert given["argv"] == ["--port", "4001"]


def test_file_is_left_neither_open_nor_named_so_that_gunicorn_takes_it_for_no_socket(start: Start, folder: Path) -> None:
    given = start("A=1\n")
    assert str(folder / "env") not in given["open"]
    assert [name for name in given if name.startswith("LISTEN")] == []


def test_downloads_go_where_something_can_be_written_unless_the_image_has_a_place(start: Start) -> None:
    assert start("A=1")["HF_HOME"] == "/tmp/huggingface"
    assert start("A=1", HF_HOME="/models")["HF_HOME"] == "/models"


def in_container(code: str, files: Path, *site: Path, **environment: str) -> str:
    """What Python prints that starts with our sitecustomize."""
    path = ":".join(map(str, (files / "container", *site)))
    return subprocess.run(
        [sys.executable, "-B", "-c", code], env={"PYTHONPATH": path, **environment}, stdout=subprocess.PIPE, check=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize(
    ("file", "environment", "path"),
    [
        ("login/index.html", {}, ""),
        ("login/index.html", {"SERVER_ROOT_PATH": "/"}, ""),
        ("login.html", {"LITELLM_NON_ROOT": "true"}, ""),
        ("login.html", {}, "/tmp/litellm-ui"),
        ("login/index.html", {"SERVER_ROOT_PATH": "/llm"}, "/tmp/litellm-ui"),
        ("login.html", {"LITELLM_UI_PATH": "/own"}, "/own"),
    ],
    ids=str,
)
def test_admin_ui_is_taken_from(file: str, environment: dict[str, str], path: str, tmp_path: Path, files: Path) -> None:
    litellm = tmp_path / "litellm"
    page = litellm / "proxy/_experimental/out" / file
    page.parent.mkdir(parents=True)
    page.write_text("")
    (litellm / "__init__.py").write_text('raise SystemExit("it was loaded")')
    code = 'import os; print(os.environ.get("LITELLM_UI_PATH", ""))'
    assert in_container(code, files, tmp_path, **environment) == path


def test_python_without_litellm_starts_as_ever(files: Path) -> None:
    assert in_container('print("fine")', files) == "fine"


def test_python_looks_beside_the_configuration_and_where_the_image_starts_after_all_that_is_installed(start: Start, files: Path) -> None:
    last = start("A=1")["LITELLM_PYTHON_LAST"]
    assert last == f"/etc/litellm:{Path.cwd()}"
    code = "import json, sys; print(json.dumps(sys.path))"
    assert json.loads(in_container(code, files, LITELLM_PYTHON_LAST=last))[-2:] == last.split(":")
    assert "/etc/litellm" not in json.loads(in_container(code, files))
