
const problem = JSON.parse(document.getElementById("ravine-problem").textContent);
const form = document.querySelector(".ravine .controls");
const pixels = w => [(w[0] - problem.left) * problem.scale, (problem.top - w[1]) * problem.scale].map(x => x.toFixed(1)).join();

function turnsOf(points) {
  let turns = 0;
  for (let i = 2; i <= problem.drawn; i++) {
    const [a, b, c] = points.slice(i - 2, i + 1);
    if ((c[0] - b[0]) * (b[0] - a[0]) + (c[1] - b[1]) * (b[1] - a[1]) < 0) turns++;
  }
  return turns;
}

function endOf(gaps, batch) {
  const percent = 100 * gaps.slice(-problem.drawn).reduce((sum, gap) => sum + gap, 0) / problem.drawn;
  if (!(percent < 1000)) return "diverges";
  if (batch < problem.rows.length) {
    return percent < 0.05 ? "ends at the least loss" : `ends ${percent.toFixed(1)} % above the least loss`;
  }
  let arrival = gaps.length;
  while (arrival > 0 && gaps[arrival - 1] <= problem.near) arrival--;
  return arrival < gaps.length ? `${arrival} steps to within 1 %` : `not within 1 % in ${problem.steps} steps`;
}

function draw() {
  const times = 2 ** (form.elements.rate.value / 4);
  const momentum = Number(form.elements.momentum.value);
  form.querySelector("#ravine-rate").value = `${Number(times.toPrecision(3))} × the best`;
  form.querySelector("#ravine-momentum").value = momentum;
  for (const panel of document.querySelectorAll(".ravine figure")) {
    const rate = panel.dataset.rate * times;
    const batch = Number(panel.dataset.batch || form.elements.batch.value);
    const {points, gaps} = walk(problem, panel.dataset.rule, rate, momentum, batch);
    const shown = points.slice(0, Number(panel.dataset.drawn) + 1).filter((_, i) => gaps[i] < Infinity).map(pixels);
    panel.querySelector(".walk").setAttribute("points", shown.join(" "));
    panel.querySelector(".steps").setAttribute("d", shown.slice(1).map(point => `M${point}h0`).join(""));
    panel.querySelector(".end").textContent = endOf(gaps, batch);
    panel.querySelector(".turns").textContent = `${turnsOf(points)} of ${problem.drawn} steps turn back`;
    panel.querySelector(".rate").textContent = `rate ${rate.toPrecision(3)}`;
  }
}

form.addEventListener("input", draw);
form.addEventListener("reset", () => setTimeout(draw));
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
