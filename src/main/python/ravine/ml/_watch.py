"""Python functions that watch a training in the JVM, through py4j's callback server."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional

from ravine._session import jvm
from ravine.ml.training import PassRecord

OnPass = Callable[[PassRecord], Optional[bool]]


class Watch:
    """Who watches the fits of an estimator: a function, a bar, both or nobody."""

    def __init__(self, on_pass: Optional[OnPass] = None, progress: bool = False) -> None:
        if on_pass is not None and not callable(on_pass):
            raise TypeError(f"on_pass must be a function of a pass, but was {on_pass!r}")
        self._on_pass = on_pass
        self._bar = _tqdm() if progress else None

    def __bool__(self) -> bool:
        return self._on_pass is not None or self._bar is not None

    @contextmanager
    def listening(self, listen: Callable[[Any], Any], passes: int, name: str) -> Iterator[None]:
        """Watches the training in the block; what a function raised, the block raises.

        :param listen: is given Java's listener, if there is anything to watch for
        :param passes: as many as there can be
        :param name: of what is trained
        """
        if not self:
            yield
            return
        from pyspark import SparkContext
        from pyspark.java_gateway import ensure_callback_server_started

        ensure_callback_server_started(SparkContext._active_spark_context._gateway)
        bar = None if self._bar is None else self._bar(total=passes, desc=name, unit="pass")
        predicate = _Predicate(self._on_pass, bar)
        listen(jvm().ravine.engine.TrainingListener.ofPasses(predicate))
        try:
            yield
        except Exception:
            # A fit that was stopped before its first pass may fail for that; the cause is ours.
            if predicate.raised is None:
                raise
        finally:
            if bar is not None:
                bar.close()
        if predicate.raised is not None:
            raise predicate.raised


class _Predicate:
    """Java's ``Predicate<PassRecord>``: whether training goes on after a pass."""

    class Java:
        implements = ["java.util.function.Predicate"]

    def __init__(self, on_pass: Optional[OnPass], bar: Any) -> None:
        self._on_pass = on_pass
        self._bar = bar
        self.raised: Optional[BaseException] = None

    def test(self, java_record: Any) -> bool:
        """Called by Java. What is raised here would become a Java exception: it is kept instead."""
        try:
            return self._goes_on(PassRecord.of(java_record))
        except BaseException as e:
            self.raised = e
            return False

    def _goes_on(self, record: PassRecord) -> bool:
        if self._bar is not None:
            self._bar.update(record.pass_ - self._bar.n)
            self._bar.set_postfix(objective=f"{record.objective:.6g}")
        return self._on_pass is None or self._on_pass(record) is not False


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError as e:
        raise ImportError("progress=True needs tqdm: pip install tqdm") from e
    return tqdm
