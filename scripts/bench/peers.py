"""Who is measured beside Sonde: each peer wrapped so that the sections can treat all alike."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import zipfile

from harness import CLASSES, HERE, OWN_JDK, ROOM, TOOLS, WORK, Counter, cpu_ms, free_port, log, raw_attach, timed, until


def maven(coordinates, file):
    """Fetches one artifact through Maven, once."""
    file = TOOLS / file
    if not file.exists():
        log("fetching", coordinates)
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
            subprocess.run(["mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy", f"-Dartifact={coordinates}",
                            f"-DoutputDirectory={folder}", "-Dmdep.useBaseVersion=true"], check=True, stdin=subprocess.DEVNULL)
            shutil.move(os.path.join(folder, os.listdir(folder)[0]), file)
    return file


def javac(output, *arguments):
    output.mkdir(parents=True, exist_ok=True)
    subprocess.run(list(map(str, [OWN_JDK / "bin/javac", "-nowarn", "-Xlint:none", "-d", output, *arguments])), check=True)


def build():
    """The target, the floor agent and the woven variants of the target's classes."""
    for folder in (CLASSES, TOOLS, WORK):
        folder.mkdir(parents=True, exist_ok=True)
    sources = [HERE / "program/Target.java", *(HERE / "floor").glob("*.java")]
    stamp = ROOM / "floor/built"
    if stamp.exists() and all(s.stat().st_mtime < stamp.stat().st_mtime for s in sources):
        return
    asm = os.pathsep.join(str(maven(f"org.ow2.asm:{a}:9.9", f"asm/{a}.jar")) for a in ("asm", "asm-commons"))
    floor = ROOM / "floor"
    javac(CLASSES, "--release", "8", "-g", HERE / "program/Target.java")
    javac(floor / "agent", "--release", "17", HERE / "floor/FloorAgent.java", HERE / "floor/FloorSpy.java")
    javac(floor / "tool", "-cp", asm, HERE / "floor/Variants.java")
    (floor / "manifest").write_text("Agent-Class: FloorAgent\nCan-Retransform-Classes: true\n")
    subprocess.run([OWN_JDK / "bin/jar", "cfm", Floor.JAR, floor / "manifest", "-C", floor / "agent", "."], check=True)
    subprocess.run([OWN_JDK / "bin/java", "-cp", f"{floor / 'tool'}{os.pathsep}{asm}", "Variants", CLASSES, floor / "variants"], check=True)
    stamp.touch()


class Peer:
    """A tool on one target. `modes` are what it can do to hot(): false, field, count, timed."""

    name = "?"
    jdks = range(17, 100)
    modes = ()
    # What it can do to weigh(): argument, limited-argument, capture.
    weigh_modes = ()
    # What it can do to ten(): snap, all of its ten variables at its last line.
    ten_modes = ()
    settle = 1.5

    def __init__(self, target):
        self.target = target
        self.java = target.home / "bin/java"

    def attach(self):
        """First contact to first useful output, as timed() gives it."""
        raise NotImplementedError

    def only_attach(self):
        """Goes into the target without a probe; whether the tool can."""
        return False

    def probe(self, mode):
        """Puts a probe in place; returns when it is."""

    def unprobe(self):
        """Takes it out again."""

    def still_there(self):
        """Throws, with the reason, when the probe ended by itself."""

    def detach(self):
        """The tool's own stop."""

    def run(self, *arguments, **options):
        return timed([self.java, *arguments], target=self.target, **options)

    def jcmd(self, *arguments, **options):
        return timed([self.target.home / "bin/jcmd", self.target.pid, *arguments], target=self.target, **options)


class Nothing(Peer):
    """What changes by itself while one waits."""

    name = "nothing"
    modes = ("none",)

    def unprobe(self):
        pass


class Floor(Peer):
    """The least that can be done: a hand-written agent of two classes, hand-woven classes, the raw attach protocol."""

    name = "floor"
    modes = ("false", "field", "count", "limited", "timed")
    weigh_modes = ("argument", "capture")
    JAR = ROOM / "floor/floor.jar"
    MARK = b"method=OrderService.place"

    def __init__(self, target):
        super().__init__(target)
        self.link = None

    def open(self):
        if self.link:
            return
        path = tempfile.mktemp(dir=WORK, suffix=".s")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen(1)
            listener.settimeout(20)
            raw_attach(self.target.pid, "load", "instrument", "false", f"{self.JAR}={path}")
            self.link, _ = listener.accept()
        os.unlink(path)
        self.lines = self.link.makefile("rb")
        self.lines.readline()

    def attach(self):
        before, start = cpu_ms(self.target.pid), time.monotonic()
        self.open()
        ms = (time.monotonic() - start) * 1e3
        return dict(first_ms=ms, wall_ms=ms, tool_cpu_ms=0.0, target_cpu_ms=cpu_ms(self.target.pid) - before)

    def first_hit(self):
        """Attach, weave, and see the first call."""
        start = time.monotonic()
        stream = self.stream()
        until("a first hit", lambda: stream.marks, 20, 0.0005)
        return (time.monotonic() - start) * 1e3

    def stream(self):
        self.open()
        self.probe("event")
        self.link.sendall(b"drain\n")
        self.link.settimeout(1)
        return Counter(self.link.recv, self.MARK)

    def ask(self, line):
        self.link.sendall(line.encode() + b"\n")
        return self.lines.readline().decode()

    def probe(self, mode):
        self.open()
        self.woven = "Target$OrderService" if mode == "event" else "Target"
        answer = self.ask(f"set {self.woven} {ROOM}/floor/variants/{mode}.class")
        assert answer.startswith("ok"), answer

    def unprobe(self):
        self.ask(f"reset {self.woven}")

    def detach(self):
        if self.link:
            self.ask("bye")
            self.lines.close()
            self.link.close()
            self.link = None


class Jcmd(Peer):
    name = "jcmd VM.version"

    def attach(self):
        return self.jcmd("VM.version", pattern="JDK|OpenJDK")


class AsyncProfiler(Peer):
    name = "async-profiler 4.6"
    modes = ("count",)

    def __init__(self, target):
        super().__init__(target)
        jar, self.native = maven("tools.profiler:async-profiler:4.6", "async-profiler/async-profiler.jar"), TOOLS / "async-profiler/lib.so"
        if not self.native.exists():
            machine = "arm64" if os.uname().machine == "aarch64" else "x64"
            self.native.write_bytes(zipfile.ZipFile(jar).read(f"linux-{machine}/libasyncProfiler.so"))
        self.file = WORK / f"{target.pid}.jfr"

    def load(self, options, **k):
        return self.jcmd("JVMTI.agent_load", self.native, f'"{options},file={self.file},jfr"', **k)

    def attach(self):
        return self.jcmd("JVMTI.agent_load", self.native, '"status"', pattern=".")

    def probe(self, mode):
        self.load("start,trace=Target.traced:1s" if mode == "trace" else "start,event=Target.hot,interval=1000000")

    def unprobe(self):
        self.load("stop")
        self.file.unlink(missing_ok=True)


class Jfr(Peer):
    """MethodTiming and MethodTrace (JEP 520) are of JDK 25."""

    name = "jfr"
    jdks = range(25, 100)
    modes = ("timed",)

    def attach(self):
        return self.jcmd("JFR.start", "name=bench", "settings=none", pattern="Started")

    def probe(self, mode):
        asked = {"timed": ("+jdk.MethodTiming#enabled=true", "+jdk.MethodTiming#filter=Target::hot", "+jdk.MethodTiming#period=1s"),
                 # One method: it does not follow calls.
                 "trace": ("+jdk.MethodTrace#enabled=true", "+jdk.MethodTrace#filter=Target::traced", "+jdk.MethodTrace#threshold=1s")}
        answer = self.jcmd("JFR.start", "name=bench", "settings=none", *asked[mode])
        assert "Started" in answer["out"], answer["out"]

    def unprobe(self):
        self.jcmd("JFR.stop", "name=bench")

    detach = unprobe


class Arthas(Peer):
    name = "arthas 4.1.5"
    modes = ("false", "timed")
    settle = 4
    weigh_modes = ("argument",)
    LINES = {"false": "watch Target hot '{params,returnObj}' 'params[0]<0'", "timed": "monitor -c 5 Target hot",
             "argument": "watch Target weigh '{params,returnObj}' 'params[0].quantity>1000'", "trace": "trace Target traced '#cost>60000'",
             "place": "watch Target$OrderService place '{params,returnObj}' -x 1 -n 100000000"}
    MARK = b"method=Target$OrderService.place"

    def __init__(self, target):
        super().__init__(target)
        self.folder = TOOLS / "arthas"
        if not self.folder.exists():
            zipfile.ZipFile(maven("com.taobao.arthas:arthas-packaging:4.1.5:zip:bin", "arthas.zip")).extractall(self.folder)
        self.port, self.http = free_port(), free_port()
        self.link = None

    def boot(self, *more, **options):
        return self.run(f"-Duser.home={WORK}", "-jar", self.folder / "arthas-boot.jar", "--arthas-home", self.folder, "--telnet-port", self.port,
                        "--http-port", self.http, self.target.pid, *more, timeout=120, **options)

    def attach(self):
        return self.boot("-c", "version", pattern=r"^4\.1\.5")

    def open(self):
        if self.link:
            return
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            self.boot("--attach-only")
        self.link = socket.create_connection(("127.0.0.1", self.port))
        greeting = self.read(rb"\]\$ ", 30)
        # The ports are taken free from the kernel, so somebody else's Arthas could have got ours.
        assert re.search(rb"pid\s+%d\b" % self.target.pid, greeting), greeting[-300:]

    def read(self, pattern, timeout=60):
        self.link.settimeout(timeout)
        got = b""
        while not re.search(pattern, got[-4096:]):
            chunk = self.link.recv(1 << 16)
            if not chunk:
                raise EOFError(got[-300:])
            got += chunk
        return got

    def probe(self, mode):
        self.open()
        self.link.sendall(self.LINES[mode].encode() + b"\n")
        self.read(rb"Affect\(class count: \d+ , method count: \d+\)[^\n]*\n")

    def unprobe(self):
        self.link.sendall(b"q")
        time.sleep(0.2)
        self.link.sendall(b"reset\n")
        self.read(rb"Affect\(class count: [^\n]*\n", 20)

    def stream(self):
        self.probe("place")
        self.link.settimeout(1)
        return Counter(self.link.recv, self.MARK)

    def detach(self):
        try:
            self.open()
            self.link.sendall(b"stop\n")
            while self.link.recv(1 << 16):
                pass
        except OSError:
            pass
        self.link = None


class BTrace(Peer):
    name = "btrace 2.2.6"
    jdks = (17,)
    modes = ("false", "count", "timed")
    RETURN = '@OnMethod(clazz="Target", method="hot", location=@Location(Kind.RETURN)) public static void m'
    BODIES = {"oneshot": "",
              "false": RETURN + '(long x, @Return long r) { if (x < 0) println(str(r)); }',
              "count": 'static AtomicLong c = newAtomicLong(0); @OnMethod(clazz="Target", method="hot") public static void m(long x) { incrementAndGet(c); }',
              "timed": RETURN + "(@Duration long d) { if (d > 1000000000L) println(str(d)); }"}

    def __init__(self, target):
        super().__init__(target)
        for part in ("agent", "boot", "client"):
            maven(f"io.btrace:btrace-{part}:2.2.6", f"btrace/libs/btrace-{part}.jar")
        self.port, self.client = free_port(), None
        self.env = {"BTRACE_HOME": str(TOOLS / "btrace"), "JAVA_HOME": str(target.home)}

    def command(self, mode):
        script = WORK / f"Probe_{mode}.java"
        script.write_text("import org.openjdk.btrace.core.annotations.*; import static org.openjdk.btrace.core.BTraceUtils.*; import java.util.concurrent.atomic.*;\n"
                          f"@BTrace(trusted=true) public class Probe_{mode} {{ {self.BODIES[mode]}\n"
                          '@OnTimer(200) public static void tick() { println("TICK"); } }\n')
        return [self.java, f"-Duser.home={WORK}", "-cp", TOOLS / "btrace/libs/btrace-client.jar", "org.openjdk.btrace.client.Main", "-u",
                "-p", self.port, self.target.pid, script]

    def attach(self):
        return timed(self.command("oneshot"), pattern="^TICK", env=self.env, target=self.target, stop_at_match=True)

    def probe(self, mode):
        self.client = subprocess.Popen(list(map(str, self.command(mode))), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                       env={**os.environ, **self.env}, cwd=WORK)
        for line in self.client.stdout:
            if line.startswith(b"TICK"):
                break
        else:
            raise RuntimeError("btrace did not start")
        threading.Thread(target=self.client.stdout.read, daemon=True).start()

    def unprobe(self):
        self.client.terminate()
        self.client.wait(20)


class Byteman(Peer):
    name = "byteman 4.0.27 compiled"
    modes = ("false", "count")
    settle = 4
    weigh_modes = ("argument",)
    RULE = "RULE bench\nCLASS Target\nMETHOD {}\nAT {}\nIF {}\nDO {}\nENDRULE\n"
    RULES = {"false": RULE.format("hot(long)", "EXIT", "$1 < 0", 'traceln("hit " + $!)'),
             "count": RULE.format("hot(long)", "ENTRY", "TRUE", 'incrementCounter("c")'),
             "argument": RULE.format("weigh", "EXIT", "$1.quantity > 1000", 'traceln("hit " + $!)')}

    def __init__(self, target):
        super().__init__(target)
        jars = [maven(f"org.jboss.byteman:{j}:4.0.27", f"byteman/lib/{j}.jar") for j in ("byteman", "byteman-install", "byteman-submit")]
        self.path, self.port, self.installed = os.pathsep.join(map(str, jars)), free_port(), False

    def tool(self, name, *arguments, **options):
        return self.run("-cp", self.path, f"org.jboss.byteman.agent.{name}", *arguments, env={"BYTEMAN_HOME": str(TOOLS / "byteman")}, **options)

    def install(self):
        self.installed = True
        return self.tool("install.Install", "-p", self.port, "-b", "-Dorg.jboss.byteman.compile.to.bytecode=true", self.target.pid)

    def attach(self):
        first = self.install()
        self.probe("false")
        second = self.last
        return {key: first[key] + second[key] for key in ("wall_ms", "tool_cpu_ms", "target_cpu_ms")} | {
            "first_ms": first["wall_ms"] + second["wall_ms"]}

    def probe(self, mode):
        if not self.installed:
            self.install()
        self.rule = WORK / f"{mode}.btm"
        self.rule.write_text(self.RULES[mode])
        self.last = self.tool("submit.Submit", "-p", self.port, "-l", self.rule)

    def unprobe(self):
        self.tool("submit.Submit", "-p", self.port, "-u", self.rule)

    detach = unprobe
