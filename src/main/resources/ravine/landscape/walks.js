// The update rules, weight by weight: what is subtracted. s holds the weight's memory, t counts from 1.
const RULES = {
  sgd: (s, g, rate) => rate * g,
  momentum: (s, g, rate, m) => s.v = m * s.v + rate * g,
  nesterov: (s, g, rate, m) => s.v = m * s.v + rate * g, // with the gradient of the point ahead
  annealed: (s, g, rate, m) => s.v = m * s.v + rate * g, // with a momentum that rises
  ema: (s, g, rate, m) => rate * (s.v = m * s.v + (1 - m) * g),
  rmsprop: (s, g, rate) => rate * g / (Math.sqrt(s.q = 0.9 * s.q + 0.1 * g * g) + 1e-10),
  adam: (s, g, rate, m, t) => {
    s.v = m * s.v + (1 - m) * g;
    s.q = 0.999 * s.q + 0.001 * g * g;
    return rate * s.v / (1 - m ** t) / (Math.sqrt(s.q / (1 - 0.999 ** t)) + 1e-8);
  },
};

// Mean logistic loss of rows [x, z, label] and its gradient, with the L2 penalty.
function loss(w, rows, ridge) {
  let value = ridge / 2 * (w[0] * w[0] + w[1] * w[1]), g = [ridge * w[0], ridge * w[1]];
  for (const [x, z, label] of rows) {
    const margin = w[0] * x + w[1] * z, sign = label ? -margin : margin;
    const error = 1 / (1 + Math.exp(-margin)) - label;
    value += (Math.max(sign, 0) + Math.log1p(Math.exp(-Math.abs(sign)))) / rows.length;
    g = [g[0] + error * x / rows.length, g[1] + error * z / rows.length];
  }
  return {value, g};
}

// The path of a rule: its points, and how far the loss of each is above the least, relative to that.
function walk(problem, rule, rate, momentum, batch) {
  const {rows, ridge, least, start, steps, drawn} = problem, order = rows.map((_, i) => i);
  const gap = w => (loss(w, rows, ridge).value - least) / least;
  const memory = [{v: 0, q: 0}, {v: 0, q: 0}], points = [start], gaps = [gap(start)];
  let w = start, at = rows.length, random = problem.seed;
  for (let t = 1; t <= steps; t++, at += batch) {
    if (at === rows.length) {
      at = 0;
      for (let i = rows.length - 1; i > 0 && batch < rows.length; i--) { // a new order in every pass
        random = (Math.imul(random, 1664525) + 1013904223) | 0;
        const j = (random >>> 8) % (i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
    }
    const rise = Math.min(1, (t - 1) / (drawn / 2 - 1));
    const m = rule === "annealed" ? 0.5 + (momentum - 0.5) * rise : momentum;
    const ahead = rule === "nesterov" ? w.map((x, j) => x - m * memory[j].v) : w;
    const g = loss(ahead, order.slice(at, at + batch).map(i => rows[i]), ridge).g;
    w = w.map((x, j) => x - RULES[rule](memory[j], g[j], rate, m, t));
    const above = gap(w);
    points.push(w);
    gaps.push(gaps[t - 1] < Infinity && above < 1e6 ? above : Infinity);
  }
  return {points, gaps};
}
