"""Rows in portions and streams: the same bits as Java's, each micro-batch exactly once."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from pyspark.ml.classification import LogisticRegressionModel

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression
from ravine.ml.streaming import StreamingTrainer, TrainingState

LEARNER = dict(optimizer="adam", stepSize=0.01, batchSize=20, maxIter=1)


def learner(**params):
    return MiniBatchLogisticRegression(**{**LEARNER, **params})


def weights(model):
    return [*model.coefficients.toArray(), model.intercept]


def test_partialFit_goesOnWhereTheStateSays(rows, tmp_path):
    first = learner(regParam=0.01).partialFit(rows, TrainingState.fresh())
    assert (first.rows, first.state.portions(), first.state.steps(), first.state.rows()) == (400, 1, 20, 400)
    assert first.objective == pytest.approx(0.69, abs=0.01)
    first.state.save(str(tmp_path / "state"))
    again = learner(regParam=0.01).partialFit(rows, first.state)
    loaded = learner(regParam=0.01).partialFit(rows, TrainingState.load(str(tmp_path / "state")))
    assert weights(again.model) == weights(loaded.model) != weights(first.model)
    assert again.objective < first.objective
    assert repr(again.state) == "TrainingState(portions=2, steps=40, rows=800)"
    assert isinstance(again.model, LogisticRegressionModel)
    assert again.model.getRegParam() == 0.01


def test_partialFit_params_areThoseOfTheMoment(rows):
    estimator = learner()
    one = weights(estimator.partialFit(rows, TrainingState.fresh()).model)
    other = weights(estimator.setStepSize(0.1).partialFit(rows, TrainingState.fresh()).model)
    assert one != other == weights(learner(stepSize=0.1).partialFit(rows, TrainingState.fresh()).model)


def test_partialFit_model_hasNoResultOfAFitBefore(rows):
    estimator = learner()
    estimator.fit(rows)
    with pytest.raises(RuntimeError, match="has no training result"):
        ravine.training_result(estimator.partialFit(rows, TrainingState.fresh()).model)


def test_partialFit_whatIsNoState_isRefused(rows):
    with pytest.raises(TypeError, match=r"state must be a TrainingState, such as .* but was None"):
        learner().partialFit(rows, None)
    with pytest.raises(Exception, match="The state is of another training: optimizer was adam"):
        state = learner().partialFit(rows, TrainingState.fresh()).state
        learner(optimizer="sgd").partialFit(rows, state)


def test_ofClasses_portionWithoutAClass_isLearntFrom(rows):
    state = learner().partialFit(rows.where("label = 1"), TrainingState.ofClasses(2)).state
    assert learner().partialFit(rows, state).state.portions() == 2


def test_trainer_callsInTurn_skipsWhatIsKnown(rows, tmp_path):
    told = []
    estimator = learner()
    trainer = StreamingTrainer(estimator, str(tmp_path / "state")).onModel(
        lambda batch, model: told.append((batch, weights(model)))
    )
    estimator.setStepSize(9.0)
    assert (trainer.lastBatch(), trainer.model(), trainer.state().isFresh()) == (-1, None, True)
    trainer(rows.limit(0), 0)
    trainer(rows, 1)
    trainer(rows, 2)
    trainer(rows, 1)
    assert [batch for batch, _ in told] == [1, 2]
    assert weights(trainer.model()) == told[-1][1]
    one = learner().partialFit(rows, TrainingState.fresh())
    assert told == [(1, weights(one.model)), (2, weights(learner().partialFit(rows, one.state).model))]
    moved = StreamingTrainer(learner(), str(tmp_path / "moved")).startingFrom(trainer.state())
    moved(rows, 0)
    assert moved.state().portions() == 3


def test_trainer_ofAnotherEstimatorOrFunction_isRefused(spark, tmp_path):
    from pyspark.ml.classification import LogisticRegression

    with pytest.raises(TypeError, match="LogisticRegression is no estimator of ravine.ml"):
        StreamingTrainer(LogisticRegression(), str(tmp_path))
    with pytest.raises(TypeError, match="told must be a function of a number and a model"):
        StreamingTrainer(learner(), str(tmp_path)).onModel("print")


QUERY = """
import sys
import ravine
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from ravine.ml.classification import MiniBatchLogisticRegression
from ravine.ml.streaming import StreamingTrainer

folder, batches = sys.argv[1], int(sys.argv[2])
builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
spark = ravine.spark(builder.config("spark.sql.shuffle.partitions", "2"))
spark.sparkContext.setLogLevel("ERROR")
numbers = (
    spark.readStream.format("rate-micro-batch")
    .option("rowsPerBatch", 60).option("numPartitions", 2).option("startTimestamp", 1000).load()
)
columns = numbers.selectExpr(
    "sin(value) as a", "cos(value * 1.7) as b", "100 + 10 * cos(value * 0.3) as c",
    "if(sin(value) + cos(value * 1.7) + sin(value * 31) > 0, 1.0, 0.0) as label",
)
rows = VectorAssembler(inputCols=["a", "b", "c"], outputCol="features").transform(columns)
learner = MiniBatchLogisticRegression(optimizer="adam", stepSize=0.01, batchSize=20)
trainer = StreamingTrainer(learner, folder + "/state")
trainer.onModel(lambda batch, model: print("batch", batch, flush=True))

def train(frame, batch):
    if batch < batches:
        trainer(frame, batch)

query = rows.writeStream.option("checkpointLocation", folder + "/query").foreachBatch(train).start()
while trainer.lastBatch() < batches - 1:
    query.awaitTermination(0.05)
query.stop()
state = trainer.state()
print("end", state.portions(), state.steps(), *(x.hex() for x in trainer.model().coefficients.toArray()), flush=True)
"""


def query(folder, batches, kill_after=None):
    """Its last line; or where it is killed after that many models, whatever is there by then."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(QUERY), str(folder), str(batches)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    line, many = "", 0
    bound = threading.Timer(300, process.kill)
    bound.start()
    try:
        for line in process.stdout:
            many += line.startswith("batch ")
            if kill_after is not None and many == kill_after:
                time.sleep(0.02 * kill_after)
                break
    finally:
        bound.cancel()
        os.killpg(process.pid, signal.SIGKILL)  # the JVM too
        process.wait()
    return line.strip()


def test_query_killedTwiceAndStartedAgain_learnsWhatAnUndisturbedOneDoes(tmp_path):
    expected = query(tmp_path / "undisturbed", 9)
    assert expected.startswith("end 9 27 ")
    for kill_after in (3, 2):
        query(tmp_path / "killed", 9, kill_after)
    assert query(tmp_path / "killed", 9) == expected


def test_page_ofStreaming_runsInPython(spark, rows, tmp_path):
    """Its Python blocks, with our directories in place of the page's, on a stream of files."""
    import re

    text = (Path(__file__).resolve().parents[3] / "docs" / "streaming.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    rows.write.parquet(str(tmp_path / "rows"))
    stream = spark.readStream.schema(rows.schema).parquet(str(tmp_path / "rows"))
    names = {"rows": rows, "stream": stream}
    for block in blocks:
        exec(compile(block.replace("hdfs:///", f"{tmp_path}/"), "docs/streaming.md", "exec"), names)
    names["query"].processAllAvailable()
    names["query"].stop()
    assert names["trainer"].lastBatch() == 0
