/**
 * What rows that are not trained on are asked: their mean loss, and a metric that people choose
 * models by. The sums that a metric is made of are added up where the rows are, with the loss.
 *
 * <p>Depends on the losses alone.
 */
package ravine.validation;
