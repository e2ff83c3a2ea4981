"""Sonde as a Peer: a server started by the launcher with a throw-away home, spoken to by the real ssh."""
import atexit
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from harness import HERE, JDKS, Counter, Target, cpu_ms, until
from peers import Peer

LAUNCHER = HERE.parent / "sonde"


class Server:
    """One warm server for the whole run, and the ssh connection that all lines share."""

    _running = None

    @classmethod
    def running(cls):
        if cls._running is None:
            cls._running = Server()
            atexit.register(cls._running.stop)
        return cls._running

    def __init__(self):
        self.room = tempfile.mkdtemp(prefix="sonde-bench-")
        home = os.path.join(self.room, "home")
        os.mkdir(home, 0o700)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{self.room}/key"], check=True)
        with open(f"{self.room}/key.pub", encoding="utf-8") as key, open(f"{home}/authorized_keys", "w", encoding="utf-8") as keys:
            keys.write('grant="suspend" ' + key.read())
        os.chmod(f"{home}/authorized_keys", 0o600)
        self.log = open(f"{self.room}/server.log", "w", encoding="utf-8")
        # The launcher becomes the server: its pid is the one to end.
        self.process = subprocess.Popen([str(LAUNCHER), "serve", "--home", home, "--listen", "127.0.0.1:0"],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        try:
            until("the server's port", lambda: os.path.exists(f"{home}/port") or self.process.poll() is not None, 600)
            with open(f"{home}/port", encoding="utf-8") as port:
                self.port = port.read().strip()
        except OSError:
            raise RuntimeError("the server did not start: " + open(self.log.name, encoding="utf-8").read()) from None
        host_key = subprocess.run(["ssh-keygen", "-y", "-f", f"{home}/host_key"], check=True, capture_output=True, text=True).stdout
        with open(f"{self.room}/known_hosts", "w", encoding="utf-8") as known:
            known.write(f"[127.0.0.1]:{self.port} {host_key}")
        with open(f"{self.room}/ssh", "w", encoding="utf-8") as config:
            config.write(f"""Host sonde
  HostName 127.0.0.1
  Port {self.port}
  User bench
  IdentityFile {self.room}/key
  IdentitiesOnly yes
  UserKnownHostsFile {self.room}/known_hosts
  StrictHostKeyChecking yes
  BatchMode yes
  ControlMaster auto
  ControlPath {self.room}/control
  ControlPersist 600
""")
        self.warm_up()

    def warm_up(self):
        """A server that has been of use before: that is what a user meets, but for the first time of a day."""
        with Target(next(iter(JDKS)), "--rate", "1000") as target:
            session = Session(self)
            for _ in range(10):
                session.ask(f"@{target.pid} jvm --json")
                session.ask(f"@{target.pid} watch 'Target$OrderService' place quantity --when 'quantity >= 0' -n 1 --json")
                session.ask(f"@{target.pid} detach")
            session.close()

    def ssh(self, *line, alone=False):
        """Alone: with a connection of its own, which stops when this client is stopped."""
        return ["ssh", "-F", f"{self.room}/ssh", *(["-S", "none"] if alone else []), "sonde", *line]

    def cpu_ms(self):
        return cpu_ms(self.process.pid)

    def live_mb(self):
        """What is on the server's heap after a collection. Any JDK's jcmd speaks to any JVM."""
        jcmd = next(iter(JDKS.values())) / "bin/jcmd"
        histogram = subprocess.run([str(jcmd), str(self.process.pid), "GC.class_histogram"], check=True, capture_output=True, text=True).stdout
        return int(histogram.splitlines()[-1].split()[2]) / 1e6

    def kill(self):
        """As the machine's out-of-memory killer would."""
        self.process.kill()
        self.stop()

    def stop(self):
        subprocess.run(["ssh", "-F", f"{self.room}/ssh", "-O", "exit", "sonde"], stderr=subprocess.DEVNULL, check=False)
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.room, ignore_errors=True)


class Session:
    """An open session: lines in through stdin, run in order, as `ssh sonde < lines`."""

    def __init__(self, server, *line, alone=False):
        self.process = subprocess.Popen(server.ssh(*line, alone=alone), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.ask("version --json")

    def _read(self):
        for line in self.process.stdout:
            self.lines.put((time.monotonic(), line))
        self.lines.put((time.monotonic(), None))

    def ask(self, line, timeout=60):
        """Sends a line; the ms until its first row came, and the row. With a `version` behind it to know the end."""
        start = time.monotonic()
        self.process.stdin.write(line + "\nversion --json\n")
        self.process.stdin.flush()
        rows, first = [], None
        while True:
            at, text = self.lines.get(timeout=timeout)
            if text is None:
                raise EOFError(f"the session ended at: {line}")
            first = first or (at - start) * 1e3
            row = json.loads(text) if text.startswith("{") else {"type": "text", "text": text}
            if row["type"] == "version":
                if not line.startswith("version") or rows:
                    return first, rows
                rows.append(row)
            else:
                rows.append(row)

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


class Sonde(Peer):
    name = "sonde"
    modes = ("false", "field", "limited", "timed", "line-off", "line-false", "break-false")
    weigh_modes = ("argument", "limited-argument", "capture")
    ten_modes = ("snap",)
    # `count` always measures the time of each call: it is what a hand-written probe with two clock readings is.
    LINES = {"false": "watch Target hot --when 'args[0] < 0'", "field": "watch Target hot --when 'this.limit < args[0]'",
             "limited": "watch Target hot --rate 1", "argument": "watch Target weigh --when 'order.quantity > 1000'",
             "limited-argument": "watch Target weigh --when 'order.quantity < 1000' --rate 1",
             # Nearly all are dropped, as nobody reads so many; but each was captured first.
             "capture": "watch Target weigh --rate 0 --json", "timed": "count Target hot", "stream": "watch Target hot --json",
             # The class stays woven for the watch, the line's own probe is gone.
             "line-off": "watch Target third", "line-false": "snap Target.hot --when 'x < 0'",
             "break-false": "break Target.hot --when 'x < 0' --wait 60s", "snap": "snap Target.ten:+9 --rate 0 --json",
             "trace": "trace Target traced --depth 1 --rate 0 --when 'cost > 60000'", "place": "watch 'Target$OrderService' place --rate 0 --json"}
    MARK = b'"type":"hit"'

    def __init__(self, target, server=None):
        super().__init__(target)
        self.server = server or Server.running()
        self.session = Session(self.server)
        self.client = None
        self.notices = f"{self.server.room}/notices"

    def attach(self):
        """`@PID jvm` over an open session, to a JVM that was never attached to."""
        target, server, start = cpu_ms(self.target.pid), self.server.cpu_ms(), time.monotonic()
        first, _ = self.session.ask(f"@{self.target.pid} jvm --json")
        return dict(first_ms=first, wall_ms=(time.monotonic() - start) * 1e3, tool_cpu_ms=self.server.cpu_ms() - server,
                    target_cpu_ms=cpu_ms(self.target.pid) - target)

    def only_attach(self):
        """Has the agent in the target, with nothing woven: it waits for a class that never loads."""
        self.hold()
        self.session.ask(f"@{self.target.pid} watch NeverLoaded run --pending --for 100ms")
        return True

    def first_hit(self):
        """Load the agent, weave, and see the first call."""
        return self.session.ask(f"@{self.target.pid} watch 'Target$OrderService' place -n 1 --json")[0]

    def hold(self):
        """Selects the target in the open session, so that the agent stays between two probes."""
        self.session.ask(f"@{self.target.pid}")

    def probes(self):
        return self.session.ask(f"@{self.target.pid} probes --json")[1]

    def probe(self, mode, alone=False):
        self.hold()
        self.client = subprocess.Popen(self.server.ssh(f"@{self.target.pid} {self.LINES[mode]}", alone=alone), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=open(self.notices, "w", encoding="utf-8"))
        until("the probe", lambda: self.probes() or self.client.poll() is not None, 30, 0.05)
        self.still_there()
        if mode == "line-off":
            self.session.ask(f"@{self.target.pid} snap Target.hot --when 'x < 0' --for 100ms --json")
        if mode != "place":
            threading.Thread(target=self.client.stdout.read, daemon=True).start()

    def still_there(self):
        """A probe that cost too much is gone, with its reason as the last notice."""
        if self.client.poll() is not None:
            with open(self.notices, encoding="utf-8") as notices:
                raise RuntimeError((notices.read().splitlines() or [f"ended with {self.client.returncode}"])[-1])

    def stream(self, alone=False):
        self.probe("place", alone)
        output = self.client.stdout.fileno()
        return Counter(lambda size: os.read(output, size), self.MARK)

    def unprobe(self):
        """As a user who closes the window."""
        self.client.send_signal(signal.SIGKILL)
        self.client.wait()
        until("no probe", lambda: not self.probes(), 30, 0.05)

    def detach(self):
        self.session.ask(f"@{self.target.pid} detach")
        self.session.close()
