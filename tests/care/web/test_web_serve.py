"""``ketsim care serve`` as a process: what it says, what it logs, what it leaves on disk, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from ketsim.care.store import Store
from ketsim.errors import MissingExtraError

from .conftest import KEY, PROVIDERS


@dataclass
class Served:
    """A running process. said: where its output goes."""

    process: subprocess.Popen[bytes]
    address: str
    said: Path

    def text(self) -> str:
        return self.said.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder: Path, *arguments: str, key: str = KEY) -> Iterator[Served]:
    port = free_port()
    (folder / "providers.yaml").write_text(PROVIDERS, encoding="utf-8")
    said = folder / "said.txt"
    command = [
        sys.executable, "-m", "ketsim", "care", "serve", "--port", str(port), "--log", str(folder / "log.sqlite"),
        "--providers", str(folder / "providers.yaml"), *arguments,
    ]  # fmt: skip
    with said.open("wb") as out:
        environment = {**os.environ, "KETSIM_CARE_KEY": key}
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
    served = Served(process, f"http://127.0.0.1:{port}", said)
    try:
        for _ in range(300):
            assert process.poll() is None, served.text()
            try:
                httpx.get(served.address, timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield served
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.mark.usefixtures("store")
def test_a_visit_leaves_nothing_about_the_visitor(tmp_path: Path, store: Store) -> None:
    with serving(tmp_path, "--db", str(store.path)) as served:
        with httpx.Client(base_url=served.address, timeout=20) as client:
            assert client.get("/care/search?near=90212&offers=DT").status_code == 200
            assert client.post("/care/search", data={"near": "90212"}).status_code == 200
            shown = client.get("/care/call-back").text
            hidden = dict(re.findall(r'name="(version|token|reference)"[^>]*value="([^"]*)"', shown))
            time.sleep(2.1)
            typed = {"phone": "(646) 867-5319", "providers": "harbor-line", "window": "evening", "consent": "yes"}
            assert "Your request is in" in client.post("/care/call-back", data={**hidden, **typed}).text
            assert client.get("/6468675319?phone=6468675319").status_code == 404
        with socket.create_connection(("127.0.0.1", int(served.address.rpartition(":")[2]))) as raw:
            raw.sendall(b"6468675319 /90212 \xff\r\n\r\n")
            raw.recv(1_000)
        assert served.process.poll() is None
    said = served.text()
    assert "POST /care/call-back 200" in said and "GET unmatched 404" in said
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for private in ("6468675319", "867-5319", "90212", "offers=", "near", "127.0.0.1:"):
        told = said.partition("until Ctrl-C.")[2]
        assert private not in told
        assert private in ("near", "127.0.0.1:") or private.encode() not in kept
    assert served.process.returncode != 0 or "Traceback" not in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("store")
def test_without_a_key_it_says_so_and_beyond_this_machine_it_warns(tmp_path: Path, store: Store) -> None:
    with serving(tmp_path, "--db", str(store.path), "--host", "0.0.0.0", key="") as served:
        assert "The form is off" in httpx.get(f"{served.address}/care/call-back", timeout=20).text
        said = served.text()
    assert said.startswith("Warning: 0.0.0.0 can be reached from other machines.")
    assert "KETSIM_CARE_KEY" in said


def test_a_port_that_is_taken_gets_a_sentence(tmp_path: Path, store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "ketsim", "care", "serve", "--port", str(taken.getsockname()[1]),
                   "--db", str(store.path),
                   "--log", str(tmp_path / "log.sqlite")]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "nothing can listen at 127.0.0.1" in done.stderr


def test_without_the_extra_it_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from ketsim.cli.care.serve import serve

    monkeypatch.setitem(sys.modules, "fastapi", None)
    with pytest.raises(MissingExtraError, match=r'serving pages needs the extra "web"'):
        serve()
