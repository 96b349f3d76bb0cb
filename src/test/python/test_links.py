"""That every class, field and method of Spark, Scala and Hadoop that our jar names is in this pyspark.

A method that is missing is found when its line runs, which may be where something has failed: the jar is
compiled against one Spark, and runs on all.
"""

from pathlib import Path

import pyspark
import pytest

import ravine
from class_files import Jars, Named

FOREIGN = ("org/apache/spark/", "org/apache/hadoop/", "scala/")
# Named by a class that only a server of Spark Connect loads, which pyspark 3.5 does not have.
CONNECT = {"org/apache/spark/sql/connect/plugin/MLBackendPlugin"}


@pytest.fixture(scope="module")
def jars():
    spark = sorted(Path(pyspark.__file__).parent.joinpath("jars").glob("*.jar"))
    return Jars(Path(ravine.jar_path()), *spark)


def ours(jars):
    return [jars[name] for name in jars if name.startswith("ravine/") and not name.startswith("ravine/shaded/")]


def is_there(jars, named: Named) -> bool:
    lineage = jars.lineage(named.owner)
    if any((m.name, m.descriptor) == (named.name, named.descriptor) for at in lineage for m in at.members):
        return True
    # Or it comes from Java itself, from a class that is not in these jars.
    return any(above not in jars and above != "java/lang/Object" for at in lineage for above in at.supertypes)


@pytest.mark.short
def test_classesThatWeName_areInThisSpark(jars):
    classes = ours(jars)
    assert len(classes) > 400
    missing = {n for c in classes for n in c.named_classes if n.startswith(FOREIGN) and n not in jars}
    assert missing == (CONNECT if pyspark.__version__.startswith("3.") else set())


@pytest.mark.short
def test_membersThatWeName_areInThisSpark(jars):
    named = {n for c in ours(jars) for n in c.named_members if n.owner.startswith(FOREIGN)}
    assert len(named) > 500
    missing = {n for n in named if n.owner in jars and not is_there(jars, n)}
    assert missing == set()


@pytest.mark.short
def test_methodsThatSparkLeavesOpen_areOurs(jars):
    missing = set()
    for one in ours(jars):
        if one.is_open:
            continue
        lineage = jars.lineage(one.name)
        closed = {(m.name, m.descriptor) for at in lineage for m in at.members if not m.is_abstract}
        for above in lineage:
            if above.name.startswith(FOREIGN):
                missing |= {
                    (one.name, above.name, m.name, m.descriptor)
                    for m in above.members
                    if m.is_abstract and (m.name, m.descriptor) not in closed
                }
    assert missing == set()
