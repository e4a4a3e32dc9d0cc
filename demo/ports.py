"""Loopback ports: is one free, and which one did we use last time."""

import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port and we may."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((LOOPBACK, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def recall_port(path: Path) -> int:
    """Return the port remembered in the file, or 0."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0


def choose_port(path: Path) -> int:
    """Return the remembered port while it is free, else a new one, which is remembered instead."""
    port = recall_port(path)
    if not port or not port_is_free(port):
        port = free_port()
        path.write_text(str(port))
    return port
