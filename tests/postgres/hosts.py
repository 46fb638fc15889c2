"""Hosts on one machine: network namespaces, each with an address of its own, on one bridge. Needs root."""

import contextlib
import os
import pathlib
import subprocess


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def are_possible():
    if os.geteuid() != 0:
        return False
    try:
        ip("netns", "add", "pbt-probe")
        ip("netns", "del", "pbt-probe")
        return True
    except (subprocess.CalledProcessError, FileNotFoundError):
        return False


class Host:
    def __init__(self, network, name, number):
        self.name, self.address = f"{network}-{name}", f"10.77.7.{number}"
        self.link = f"{network[:8]}{number}"  # at most 15 letters
        ip("netns", "add", self.name)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("link", "set", self.link, "master", network[:12], "up")
        for words in (("addr", "add", f"{self.address}/24", "dev", "eth0"), ("link", "set", "eth0", "up"), ("link", "set", "lo", "up")):
            ip("-n", self.name, *words)

    def command(self, *words):
        """The same command, as this host runs it."""
        return ["ip", "netns", "exec", self.name, *words]

    def cut(self):
        ip("link", "set", self.link, "down")

    def heal(self):
        ip("link", "set", self.link, "up")


@contextlib.contextmanager
def network(*names):
    """Hosts of these names, who reach each other and nobody else."""
    own = f"pbt{os.getpid()}"
    hosts = []
    ip("link", "add", own[:12], "type", "bridge")
    try:
        ip("link", "set", own[:12], "up")
        for number, name in enumerate(names, 1):
            hosts.append(Host(own, name, number))
        yield hosts
    finally:
        for host in hosts:
            ip("netns", "del", host.name)
        ip("link", "del", own[:12])


def processes(host):
    """The numbers of all that run on it."""
    found = subprocess.run(["ip", "netns", "pids", host.name], check=True, capture_output=True, text=True).stdout
    return [int(pid) for pid in found.split() if pathlib.Path("/proc", pid).exists()]
