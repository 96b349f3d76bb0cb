"""Training on RDDs in place of the ``…WithSGD`` classes of ``pyspark.mllib``, which Spark deprecates."""
