"""How many jobs Spark runs for something."""

from pyspark.ml.evaluation import Evaluator


class Nothing(Evaluator):
    """Asks the rows for nothing, so that all jobs are those of fits."""

    def _evaluate(self, dataset):
        return 0.0


def jobs_of(spark, work):
    """How many jobs Spark ran for it, in any thread: pyspark's pools do not inherit the group of jobs."""
    context = spark.sparkContext

    def jobs():
        context._jsc.sc().listenerBus().waitUntilEmpty()
        return set(context.statusTracker().getJobIdsForGroup(None))

    before = jobs()
    work()
    return len(jobs() - before)
