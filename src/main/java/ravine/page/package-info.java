/**
 * One self-contained page: its frame and style sheet, and figures of inline SVG with the table of
 * their numbers.
 *
 * <p>{@link ravine.page.Page} is what to begin with; a {@link ravine.page.Figure} is a {@link
 * ravine.page.Chart} of curves, {@link ravine.page.Bars}, or a {@link ravine.page.Density}. Knows
 * numbers and texts only, neither trainings nor Spark. The same numbers give the same bytes.
 */
@NullMarked
package ravine.page;

import org.jspecify.annotations.NullMarked;
