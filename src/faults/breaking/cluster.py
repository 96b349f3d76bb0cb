"""A standalone master and its workers as processes."""

import glob
import os
import signal
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
JVM = "@" + os.path.join(ROOT, "src", "build", "spark.jvmargs")
QUICK = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
"""For processes that live for seconds."""


def spark_home():
    home = os.environ.get("SPARK_HOME")
    if home:
        return home
    try:
        import pyspark
    except ImportError:
        sys.exit("There is no Spark: set SPARK_HOME, or pip install pyspark==3.5.6.")
    return os.path.dirname(pyspark.__file__)


def environment(home):
    kept = {key: value for key, value in os.environ.items() if key != "JAVA_TOOL_OPTIONS"}
    core = os.path.basename(glob.glob(os.path.join(home, "jars", "spark-core_*.jar"))[0])
    scala = core[len("spark-core_"):].split("-")[0]
    return dict(kept, SPARK_HOME=home, SPARK_SCALA_VERSION=scala, SPARK_LOCAL_IP="127.0.0.1")


def jars(home, folder):
    """The jar of this project, and one of the classes beside this script."""
    built = [name for name in glob.glob(os.path.join(ROOT, "target", "ravine-spark-*.jar"))
             if not name.endswith(("-sources.jar", "-javadoc.jar", "-tests.jar"))]
    if not built:
        sys.exit("There is no jar in target: run mvn -DskipTests package first.")
    ravine = max(built, key=os.path.getmtime)
    sources = glob.glob(os.path.join(ROOT, "src", "faults", "java", "ravine", "faults", "*.java"))
    classes = os.path.join(folder, "classes")
    path = os.pathsep.join([ravine, os.path.join(home, "jars", "*")])
    subprocess.run(["javac", "-nowarn", "-proc:none", "-d", classes, "-cp", path, *sources], check=True)
    own = os.path.join(folder, "faults.jar")
    subprocess.run(["jar", "--create", "--file", own, "-C", classes, "."], check=True)
    return ravine, own


def kill(pid, what=signal.SIGKILL):
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass  # it has ended by itself


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


STARTED = []
"""All processes, each the leader of a group."""


def start(command, **options):
    process = subprocess.Popen(command, start_new_session=True, **options)
    STARTED.append(process)
    return process


def end_all():
    """Ends this program and all that it has started."""
    for process in STARTED:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended before
    os._exit(1)


class Cluster:
    """A master and two workers, of one core each unless said otherwise."""

    SIZE = 2

    def __init__(self, home, folder, cores=1):
        self.home, self.folder, self.cores = home, folder, cores
        os.makedirs(folder, exist_ok=True)
        port = free_port()
        self.url = f"spark://127.0.0.1:{port}"
        self.workers = []
        self.master = self.daemon(
            "master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0",
            java=["-Dspark.deploy.maxExecutorRetries=50"])
        try:
            self.wait_for(port)
            self.complete()
        except BaseException:
            self.close()
            raise

    def daemon(self, name, *arguments, java=()):
        with open(os.path.join(self.folder, name.split(".")[0] + ".log"), "a") as log:
            command = ["java", JVM, "-Xmx256m", *QUICK, *java, "-cp", os.path.join(self.home, "jars", "*"),
                       "org.apache.spark.deploy." + name, *arguments]
            return start(command, env=environment(self.home), stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    @staticmethod
    def wait_for(port):
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        sys.exit(f"Nothing listens on port {port}.")

    def complete(self):
        """Starts workers until there are as many as there should be."""
        while len(self.workers) < self.SIZE:
            self.workers.append(self.daemon(
                "worker.Worker", self.url, "--host", "127.0.0.1", "--cores", str(self.cores), "--memory", "1g",
                "--webui-port", "0", "--work-dir", os.path.join(self.folder, "work")))

    def executors(self, application, worker=None):
        """Process ids of an application's executors, of one worker or of all."""
        sessions = {one.pid for one in (self.workers if worker is None else [worker])}
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
                if (b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words
                        and application.encode() in words and os.getsid(int(entry)) in sessions):
                    found.append(int(entry))
            except OSError:
                continue  # it has ended meanwhile
        return found

    def kill_worker(self, application, with_executor):
        worker = self.workers.pop(0)
        executors = self.executors(application, worker) if with_executor else []
        worker.kill()
        for pid in executors:
            kill(pid)
        worker.wait()

    def close(self):
        for process in [*self.workers, self.master]:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # killed before
            process.wait()
