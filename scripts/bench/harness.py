"""What every section needs: the JDKs, the target process, time, and a place for results. Standard library only."""
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOM = pathlib.Path(os.environ.get("SONDE_BENCH_DIR") or pathlib.Path(tempfile.gettempdir()) / "sonde-bench")
CLASSES = ROOM / "classes"
TOOLS = ROOM / "tools"
WORK = ROOM / "work"
TICKS = os.sysconf("SC_CLK_TCK")
# Rows of one run are compared with each other, and with no others.
RUN = time.strftime("%Y-%m-%dT%H:%M:%S%z")


def find_jdks():
    """{feature: home}: the JDK in use and its neighbours, as the tests find them; SONDE_JDKS replaces the neighbours."""
    java = os.path.realpath(os.path.join(os.environ["JAVA_HOME"], "bin/java") if os.environ.get("JAVA_HOME") else
                            subprocess.run(["which", "java"], capture_output=True, text=True, check=True).stdout.strip())
    own = pathlib.Path(java).parent.parent
    others = os.environ["SONDE_JDKS"].split(":") if os.environ.get("SONDE_JDKS") else sorted(own.parent.iterdir())
    found = {}
    for home in [own, *map(pathlib.Path, others)]:
        release = home / "release"
        if release.is_file() and (home / "bin/javac").exists():
            feature = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release.read_text(), re.M)
            if feature:
                found.setdefault(int(feature.group(1)), home)
    return {feature: home for feature, home in sorted(found.items()) if feature >= 17}


JDKS = find_jdks()
OWN_JDK = next(iter(JDKS.values()))


def log(*words):
    print(time.strftime("%H:%M:%S"), *words, file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_ms(pid):
    """CPU time that a process has used, in milliseconds."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS
    except OSError:
        return 0.0


def median(values):
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


def until(what, condition, seconds=60, pause=0.005):
    """Waits for a condition and returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(pause)


class Results:
    """Rows of one run: kept for the table, and written as JSON lines."""

    def __init__(self, section):
        self.rows = []
        self.file = open(ROOM / f"{section}.jsonl", "a", encoding="utf-8")

    def put(self, **row):
        row.update(run=RUN, at=time.strftime("%Y-%m-%dT%H:%M:%S%z"), load=round(os.getloadavg()[0], 1))
        self.rows.append(row)
        self.file.write(json.dumps(row) + "\n")
        self.file.flush()
        return row


class Target:
    """A JVM that runs program/Target.java; its STAT lines come twice a second."""

    def __init__(self, jdk, *args):
        self.jdk, self.home = jdk, JDKS[jdk]
        self.stats, self.snaps, self.other, self.ready = [], [], [], None
        self.changed = threading.Condition()
        command = [self.home / "bin/java", "-Xms1g", "-Xmx2g", "-XX:+UseG1GC", f"-Duser.home={WORK}", "-cp", CLASSES, "Target", *args]
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, cwd=WORK, text=True, bufsize=1, errors="replace")
        self.pid = self.process.pid
        threading.Thread(target=self._read, daemon=True).start()
        with self.changed:
            self.changed.wait_for(lambda: self.ready or self.process.poll() is not None, 120)
        if not self.ready:
            raise RuntimeError("the target did not start: " + "".join(self.other[-5:]))

    def _read(self):
        for line in self.process.stdout:
            word, _, rest = line.partition(" ")
            if word == "STAT":
                self.stats.append(json.loads(rest))
            elif word == "SNAP":
                self.snaps.append(json.loads(rest))
            elif word == "READY":
                self.ready = json.loads(rest)
            else:
                self.other.append(line)
                del self.other[:-2000]
            with self.changed:
                self.changed.notify_all()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def snap(self):
        """Classes, metaspace, memory, threads, files: after two collections, and without what malloc keeps free (the JIT compilers leave it megabytes)."""
        subprocess.run([self.home / "bin/jcmd", str(self.pid), "System.trim_native_heap"], stdout=subprocess.DEVNULL, check=False)
        before = len(self.snaps)
        self.say("snap")
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.snaps) > before, 60):
                raise TimeoutError("no snapshot")
        return self.snaps[-1]

    def window(self, seconds, skip=0.0):
        """The STAT lines of the next `seconds`, after `skip` seconds."""
        time.sleep(skip)
        first = len(self.stats)
        time.sleep(seconds)
        return self.stats[first + 1:]

    def hot_ns(self, seconds=2.5, skip=1.5):
        """CPU nanoseconds per hot() call, by the calling thread's own clock: being scheduled out does not count."""
        return median([s["hot_ns"] for s in self.window(seconds, skip) if s["hot_ns"] > 0])

    def hot(self, seconds=2.5, skip=1.5):
        """As hot_ns(), and the bytes that the threads allocated per call."""
        stats = [s for s in self.window(seconds, skip) if s["hot_ns"] > 0]
        return median(s["hot_ns"] for s in stats), median(s["hot_bytes"] for s in stats)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.say("quit")
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


class Program:
    """A Java program that prints READY and ends with its standard input; of what it says each second there is a dictionary."""

    def __init__(self, jdk, path, name, *arguments):
        self.process = subprocess.Popen(list(map(str, [JDKS[jdk] / "bin/java", "-Xmx512m", "-cp", path, name, *arguments])), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.seconds = []
        for line in self.process.stdout:
            if line.startswith("READY"):
                self.ready = line.split()
                break
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            if line.startswith("SECOND "):
                self.seconds.append(dict(re.findall(r"(\w+)=(.*?)(?= \w+=|$)", line.strip())))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)


def timed(command, pattern=None, env=None, timeout=60, target=None, stop_at_match=False):
    """Runs a command: ms to the first output line that matches, ms to its end, CPU ms of the tool and of the target."""
    before = cpu_ms(target.pid) if target else 0
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}, cwd=WORK)
    first, output = None, []
    killer = threading.Timer(timeout, process.kill)
    killer.start()
    for line in process.stdout:
        output.append(line.decode("utf-8", "replace"))
        if pattern and first is None and re.search(pattern, output[-1]):
            first = (time.monotonic() - start) * 1e3
            if stop_at_match:
                process.terminate()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    killer.cancel()
    return dict(first_ms=first, wall_ms=(time.monotonic() - start) * 1e3, tool_cpu_ms=(usage.ru_utime + usage.ru_stime) * 1e3,
                target_cpu_ms=cpu_ms(target.pid) - before if target else None, status=status, out="".join(output))


def raw_attach(pid, *args, timeout=30):
    """HotSpot's attach protocol, spoken here: (ms, reply). No client JVM."""
    start = time.monotonic()
    path = f"/tmp/.java_pid{pid}"
    if not os.path.exists(path):
        trigger = pathlib.Path(f"/proc/{pid}/cwd/.attach_pid{pid}")
        trigger.touch()
        os.kill(pid, signal.SIGQUIT)
        until("the target's attach listener", lambda: os.path.exists(path), timeout, 0.001)
        trigger.unlink()
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        s.connect(path)
        words = [*args, *[""] * (4 - len(args))]
        s.sendall(b"1\0" + b"".join(word.encode() + b"\0" for word in words))
        reply = b""
        while chunk := s.recv(65536):
            reply += chunk
    return (time.monotonic() - start) * 1e3, reply.decode("utf-8", "replace")


class Counter:
    """Reads a stream and counts a marker in it; can be stopped, as a terminal that nobody reads."""

    def __init__(self, receive, marker):
        self.marks = self.bytes = 0
        self.reading = threading.Event()
        self.reading.set()
        self.ended = False
        self._receive, self._marker = receive, marker
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        tail = b""
        while not self.ended:
            self.reading.wait()
            try:
                chunk = self._receive(1 << 16)
            except (TimeoutError, socket.timeout):
                continue
            except OSError:
                return
            if not chunk:
                return
            self.bytes += len(chunk)
            whole = tail + chunk
            self.marks += whole.count(self._marker)
            tail = whole[max(0, len(whole) - len(self._marker) + 1):]
            self.marks -= tail.count(self._marker)
