"""What a fit tells beyond its model, while it runs and afterwards."""

import builtins
import pickle
import re

import pytest
from pyspark.ml.classification import LogisticRegression

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression


@pytest.fixture(scope="module")
def fitted(rows):
    estimator = MiniBatchLogisticRegression(regParam=0.01, maxIter=30)
    return estimator, estimator.fit(rows)


def hidden(monkeypatch, *names):
    """As if these packages were not installed."""
    import_ = builtins.__import__

    def refuse(name, *arguments, **keywords):
        if name.split(".")[0] in names:
            raise ImportError(name)
        return import_(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_result_ofEstimatorAndModel_isTheSame(fitted):
    estimator, model = fitted
    assert str(estimator.training_result()) == str(ravine.training_result(model))
    assert estimator.training_result().passes == ravine.training_result(model).passes


def test_result_certificate_boundsTheDistanceToTheOptimum(rows, fitted):
    result = fitted[0].training_result()
    optimum = LogisticRegression(regParam=0.01, maxIter=500, tol=1e-14).fit(rows).summary.objectiveHistory[-1]
    assert result.stop_reason == "CONVERGED"
    assert result.certificate.is_proven
    assert result.objective - optimum <= result.certificate.bound + 1e-12
    assert result.certificate.bound <= 1e-6 * result.objective
    assert f"{result.certificate.bound:.2g}"[:3] in result.certificate.sentence
    assert result.objective_history == list(fitted[1].summary.objectiveHistory)
    assert result.rows == 400


def test_history_isAFrame_andWithoutPandasAListOfDicts(fitted, monkeypatch):
    result = fitted[0].training_result()
    frame = result.history
    assert list(frame.columns)[:3] == ["pass", "step", "objective"]
    objectives = [record.objective for record in result.passes]
    assert list(frame["objective"]) == objectives
    hidden(monkeypatch, "pandas")
    assert [record["objective"] for record in result.history] == objectives


def test_plot_drawsObjectiveAndBound(fitted):
    axes = fitted[0].training_result().plot()
    assert axes.get_xlabel() == "pass"
    assert {"objective", "bound of the gap"} <= set(axes.get_legend_handles_labels()[1])


def test_plot_withoutMatplotlib_saysWhatToInstall(fitted, monkeypatch):
    hidden(monkeypatch, "matplotlib")
    with pytest.raises(ImportError, match="pip install matplotlib"):
        fitted[0].training_result().plot()


def test_report_isTheJavaPage_withoutMatplotlib(fitted, monkeypatch):
    result = fitted[0].training_result()
    hidden(monkeypatch, "matplotlib")
    page = result.report("Churn <1>")
    assert page.startswith("<!DOCTYPE html>")
    assert "Churn &lt;1&gt;" in page and result.advice.split(",")[0] in page
    assert page.count("<svg") >= 1
    assert not re.search("(src|href)=['\"](?!data:|#)", page)
    assert page == result.report("Churn <1>")


def test_report_ofAPickledResult_isRefusedInASentence(fitted):
    result = fitted[0].training_result()
    travelled = pickle.loads(pickle.dumps(result))
    assert str(travelled) == str(result)
    with pytest.raises(RuntimeError, match="this result was pickled: make the page before"):
        travelled.report()


def test_reprHtml_hasVerdictAndPasses(fitted):
    result = fitted[0].training_result()
    page = result._repr_html_()
    assert result.stop_reason in page
    assert page.count("<td>") == 4 * len(result.passes)


def test_result_beforeAFit_isRefused(spark):
    with pytest.raises(RuntimeError, match="Nothing was fitted yet"):
        MiniBatchLogisticRegression().training_result()


def test_result_ofPysparksOwnFit_isRefused(rows):
    with pytest.raises(RuntimeError, match="LogisticRegressionModel has no training result"):
        ravine.training_result(LogisticRegression(maxIter=1).fit(rows))


def test_result_ofACopy_isItsOwn(fitted):
    with pytest.raises(RuntimeError, match="Nothing was fitted yet"):
        fitted[0].copy().training_result()


def test_onPass_seesEveryPass(rows):
    seen = []
    estimator = MiniBatchLogisticRegression(
        optimizer="adam", batchSize=40, maxIter=3, validationIndicatorCol="isValidation", on_pass=seen.append
    )
    result = ravine.training_result(estimator.fit(rows))
    assert [record.pass_ for record in seen] == [0, 1, 2, 3]
    assert [r.objective for r in seen] == [r.objective for r in result.passes]
    assert all(r.validation_loss > 0 for r in seen)


def test_onPass_thatReturnsFalse_stops(rows):
    estimator = MiniBatchLogisticRegression(optimizer="adam", batchSize=40, maxIter=9)
    model = estimator.watch(on_pass=lambda record: record.pass_ < 2).fit(rows)
    result = ravine.training_result(model)
    assert (result.stop_reason, result.passes[-1].pass_) == ("STOPPED_BY_LISTENER", 2)
    again = ravine.training_result(estimator.watch().fit(rows))
    assert again.passes[-1].pass_ == 9


def test_onPass_thatRaises_endsTheFitWithIt(rows):
    class Pruned(Exception):
        pass

    def prune(record):
        raise Pruned(f"at pass {record.pass_}")

    estimator = MiniBatchLogisticRegression(optimizer="adam", batchSize=40, maxIter=9, on_pass=prune)
    with pytest.raises(Pruned, match="at pass 0"):
        estimator.fit(rows)


def test_onPass_ofTheOriginal_watchesParamMapsToo(rows):
    seen = []
    estimator = MiniBatchLogisticRegression(optimizer="adam", batchSize=40, on_pass=seen.append)
    estimator.fit(rows, [{estimator.maxIter: 1}, {estimator.maxIter: 2}])
    assert sorted(record.pass_ for record in seen) == [0, 0, 1, 1, 2]


def test_progress_showsABarOfPasses(rows, capsys):
    estimator = MiniBatchLogisticRegression(optimizer="adam", batchSize=40, maxIter=3, progress=True)
    estimator.fit(rows)
    shown = capsys.readouterr().err
    assert "3/3" in shown
    assert "objective=" in shown


def test_progress_withoutTqdm_saysWhatToInstall(spark, monkeypatch):
    hidden(monkeypatch, "tqdm")
    with pytest.raises(ImportError, match="pip install tqdm"):
        MiniBatchLogisticRegression(progress=True)
