/**
 * How far a model of Spark's can be from the optimum of the objective it claims: {@link
 * ravine.ml.certificate.ModelCertificate#of}.
 *
 * <p>For models of {@code LinearRegression}, {@code LogisticRegression} and {@code LinearSVC},
 * whoever trained them: these estimators, Spark's own, or another program that wrote the same
 * model. Use it after a fit whose history ends in doubt, before a model goes into service, or to
 * compare two solvers; a fit of Ravine's own estimators needs it only on other rows or for another
 * objective than it was trained on.
 *
 * <p>May depend on what {@code ravine.ml} may, on {@code ravine.ml} and its estimators, and on
 * {@code ravine.curvature}.
 */
@NullMarked
package ravine.ml.certificate;

import org.jspecify.annotations.NullMarked;
