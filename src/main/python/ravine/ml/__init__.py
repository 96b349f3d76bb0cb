"""Estimators of Spark's ``pyspark.ml``, trained by mini-batches with momentum, NAG, Adam and others."""
