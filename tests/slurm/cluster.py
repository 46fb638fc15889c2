"""A cluster of Slurm on this machine: controller and two nodes in a folder of their own, under root, without cgroups or accounting.

    python3 tests/slurm/cluster.py FOLDER     # until its input ends; then `SLURM_CONF=FOLDER/slurm.conf sinfo` in another terminal

Needs Debian's slurmctld, slurmd, slurm-client and munge, installed; no service of them is touched."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

NODES = ("a", "b")
CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job waits until its old credential has expired.
AuthInfo=socket={folder}/munge.sock,cred_expire={expire_s}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2
SlurmdParameters=config_overrides
MpiDefault=none
JobRequeue=1
ReturnToService=2
MinJobAge=600
KillWait=20
SlurmdTimeout={node_timeout_s}
MaxArraySize=101
EnforcePartLimits=ALL
NodeName=a NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=1000
NodeName=b NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def installed():
    return os.geteuid() == 0 and all(program(name) for name in ("munged", "slurmctld", "slurmd", "sbatch", "srun"))


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Cluster:
    def __init__(self, folder, expire_s=5, node_timeout_s=300):
        self.folder = pathlib.Path(folder)
        self.processes = {}
        (self.folder / "state").mkdir(parents=True)
        self.folder.chmod(0o755)
        self.environment = dict(os.environ, SLURM_CONF=str(self.folder / "slurm.conf"))
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=self.folder, host=socket.gethostname().split(".")[0], ports=free_ports(3), expire_s=expire_s, node_timeout_s=node_timeout_s))
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)

    def __enter__(self):
        try:
            self.start("munged", "--force", "--foreground", f"--key-file={self.folder}/munge.key", f"--socket={self.folder}/munge.sock",
                       f"--pid-file={self.folder}/munged.pid", f"--seed-file={self.folder}/munge.seed", f"--log-file={self.folder}/munged.log")
            self.wait_for(lambda: (self.folder / "munge.sock").exists(), "munged")
            self.start("slurmctld", "-D")
            for node in NODES:
                self.start_node(node)
            self.wait_for(lambda: self.run("sinfo", "--noheader", "--format=%t %D", check=False).stdout.split() == ["idle", str(len(NODES))],
                          "Slurm")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes.values()):
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name, *arguments, key=None):
        with open(self.folder / f"{key or name}.out", "a") as out:
            self.processes[key or name] = subprocess.Popen([program(name), *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def start_node(self, node):
        self.start("slurmd", "-D", "-N", node, key=f"slurmd-{node}")

    def wait_for(self, holds, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                logs = "\n".join(path.read_text()[-2000:] for path in sorted(self.folder.glob("*.out")))
                raise TimeoutError(f"{what} did not get there in {seconds} s\n{logs}")
            time.sleep(0.2)

    def run(self, *words, check=True):
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True)
        assert not check or done.returncode == 0, f"{words}: {done.stderr}"
        return done


if __name__ == "__main__":
    with Cluster(sys.argv[1]) as cluster:
        print(f"export SLURM_CONF={cluster.folder}/slurm.conf", flush=True)
        sys.stdin.read()
