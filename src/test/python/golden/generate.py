"""Writes the golden trajectories and schedules that Ravine's rules are held to.

    python generate.py ../../resources/ravine/golden

Every number comes from PyTorch, Keras or optax in float64, except where a file's header says
"transcription": no library has that form, so the published formula is written out here, apart from
the Java code, in 50-digit arithmetic (mpmath). Versions: README.md beside this file.

inputs.csv     one line per step: learning rate, momentum of the scheduled cases, gradient
<case>.csv     line 1: "# rule: <Ravine's spec text>", line 2: "# from: <the reference>",
               then "step,w0,...": the weights before the first step and after each one
schedule-*.csv line 1: "# schedule: <spec text>", line 2 as above, then "step,value"
"""

from fractions import Fraction
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import keras
import mpmath
import numpy as np
import optax
import torch

keras.config.set_floatx("float64")
# NAdam keeps the product of its momenta in the default type, however wide the parameters are.
torch.set_default_dtype(torch.float64)
mpmath.mp.dps = 50

OUT = sys.argv[1]
STEPS = 80
DIMENSION = 6
INITIAL = np.array([0.5, -1.25, 3.0, -2.0e-3, 40.0, 0.0])


def learning_rates():
    """Climbs, stays, halves, and falls: every form that mistakes where the rate stands shows it."""
    rates = []
    for t in range(1, STEPS + 1):
        if t <= 10:
            rates.append(0.02 * t / 10)
        elif t <= 30:
            rates.append(0.02)
        elif t <= 45:
            rates.append(0.01)
        else:
            rates.append(0.01 * 0.97 ** (t - 45))
    return rates


def gradients():
    """Coordinates: ordinary with a drift; one sign; 1e8; 1e-8; mostly zeros; 1e-8 to 1e8 mixed."""
    random = np.random.default_rng(20240607)
    g = np.zeros((STEPS, DIMENSION))
    g[:, 0] = random.normal(size=STEPS) + 0.3
    g[:, 1] = 0.1 + random.random(STEPS)
    g[:, 2] = 1e8 * random.normal(size=STEPS)
    g[:, 3] = 1e-8 * random.normal(size=STEPS)
    g[:, 4] = np.where(random.random(STEPS) < 0.2, 5.0 * random.normal(size=STEPS), 0.0)
    g[:, 5] = random.choice([-1.0, 1.0], STEPS) * 10.0 ** random.uniform(-8, 8, STEPS)
    g[0, 4] = 0.0
    g[20:24, :] = 0.0
    g[40:50, 0] = -2.0
    return g


RATES = learning_rates()
GRADIENTS = gradients()
# Linear from 0.5 to 0.9 over 30 steps, as numpy.interp writes it.
MOMENTA = [float(np.interp(t, [1, 30], [0.5, 0.9])) for t in range(1, STEPS + 1)]
SCHEDULED = "linear(0.5,0.9,30)"

# f(w) = w'Aw/2 - b'w for the cases whose gradient depends on where it is taken.
A = np.diag([1.0, 2.0, 4.0, 8.0, 16.0, 32.0]) + 0.25
B = np.array([1.0, -2.0, 3.0, -4.0, 5.0, -6.0])


def write(name, header, columns, rows):
    with open(os.path.join(OUT, name + ".csv"), "w") as out:
        for key, text in header:
            out.write(f"# {key}: {text}\n")
        out.write(",".join(columns) + "\n")
        for row in rows:
            out.write(",".join(repr(x) for x in row) + "\n")


WRITTEN = []


def trajectory(name, rule, source, weights, gradient="inputs"):
    assert len(weights) == STEPS + 1, name
    rows = [[t] + [float(x) for x in w] for t, w in enumerate(weights)]
    assert np.all(np.isfinite(np.array(rows))), name
    header = [("rule", rule), ("from", source), ("gradient", gradient)]
    write(name, header, ["step"] + [f"w{j}" for j in range(DIMENSION)], rows)
    WRITTEN.append(name)


def with_torch(make, quadratic=False, momenta=None):
    parameter = torch.nn.Parameter(torch.tensor(INITIAL, dtype=torch.float64))
    optimizer = make([parameter])
    weights = [INITIAL.copy()]
    for t in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATES[t]
            if momenta:
                group["momentum"] = momenta[t]
        g = A @ weights[-1] - B if quadratic else GRADIENTS[t]
        parameter.grad = torch.tensor(g, dtype=torch.float64)
        optimizer.step()
        weights.append(parameter.detach().numpy().copy())
        assert weights[-1].dtype == np.float64
    return weights


def with_keras(optimizer, quadratic=False, momenta=None):
    variable = keras.Variable(INITIAL, dtype="float64")
    optimizer.build([variable])
    weights = [INITIAL.copy()]
    for t in range(STEPS):
        optimizer.learning_rate = RATES[t]
        assert float(optimizer.learning_rate) == RATES[t], "Keras rounded the learning rate"
        if momenta:
            optimizer.momentum = momenta[t]
        g = A @ weights[-1] - B if quadratic else GRADIENTS[t]
        optimizer.apply([jnp.asarray(g, dtype=jnp.float64)], [variable])
        weights.append(np.array(variable.value))
        assert weights[-1].dtype == np.float64
    return weights


def with_optax(make, momenta=None, rate=lambda t: RATES[t - 1]):
    """make(momentum) gives a transformation without a learning rate; optax is stateless, so a
    varying momentum is a new transformation over the same state. The rate is applied here."""
    weights = [INITIAL.copy()]
    state = None
    for t in range(1, STEPS + 1):
        transformation = make(momenta[t - 1] if momenta else None)
        if state is None:
            state = transformation.init(jnp.asarray(INITIAL))
        update, state = transformation.update(
            jnp.asarray(GRADIENTS[t - 1]), state, jnp.asarray(weights[-1])
        )
        assert update.dtype == jnp.float64
        weights.append(weights[-1] - rate(t) * np.array(update))
    return weights


def transcribed(step, gradient=lambda t, w: GRADIENTS[t - 1]):
    """step(t, w, g, eta, memory) -> w, per coordinate, in mpmath numbers."""
    mp = mpmath.mpf
    memories = [{} for _ in range(DIMENSION)]
    w = [mp(float(x)) for x in INITIAL]
    weights = [INITIAL.copy()]
    for t in range(1, STEPS + 1):
        g = gradient(t, w)
        w = [step(t, w[j], mp(g[j]), mp(RATES[t - 1]), memories[j]) for j in range(DIMENSION)]
        weights.append(np.array([float(x) for x in w]))
    return weights


def torch_version():
    return torch.__version__.split("+")[0]


PT = f"PyTorch {torch_version()}"
KE = f"Keras {keras.__version__}"
OX = f"optax {optax.__version__}"
PAPER = "transcription in mpmath: "


def momentum_text(momentum="0.9", form="classical", dampening="0.0", correction="none",
                  decay="0.999", epsilon="1.0E-8"):
    return (f"momentum(momentum={momentum},form={form},dampening={dampening},"
            f"correction={correction},decay={decay},epsilon={epsilon})")


def rules():
    sgd = torch.optim.SGD
    trajectory("sgd", "sgd", f"{PT} SGD", with_torch(lambda p: sgd(p, lr=1.0)))

    # --- momentum
    trajectory("momentum-classical", momentum_text(), f"{KE} SGD(momentum=0.9)",
               with_keras(keras.optimizers.SGD(momentum=0.9)))
    trajectory("momentum-classical-scheduled", momentum_text(SCHEDULED),
               f"{KE} SGD, momentum set at each step",
               with_keras(keras.optimizers.SGD(momentum=0.5), momenta=MOMENTA))
    trajectory("momentum-outside", momentum_text(form="outside"), f"{PT} SGD(momentum=0.9)",
               with_torch(lambda p: sgd(p, lr=1.0, momentum=0.9)))
    trajectory("momentum-outside-dampening", momentum_text("0.8", "outside", "0.3"),
               f"{PT} SGD(momentum=0.8, dampening=0.3)",
               with_torch(lambda p: sgd(p, lr=1.0, momentum=0.8, dampening=0.3)))
    trajectory("momentum-outside-scheduled", momentum_text(SCHEDULED, "outside"),
               f"{PT} SGD, momentum set at each step",
               with_torch(lambda p: sgd(p, lr=1.0, momentum=0.5), momenta=MOMENTA))
    trajectory("momentum-ema", momentum_text(form="ema"), f"{OX} ema(0.9, debias=False)",
               with_optax(lambda _: optax.ema(0.9, debias=False)))
    trajectory("momentum-ema-scheduled", momentum_text(SCHEDULED, "ema"),
               f"{OX} ema(debias=False), decay set at each step",
               with_optax(lambda m: optax.ema(m, debias=False), MOMENTA))
    trajectory("momentum-unbiased", momentum_text(form="ema", correction="unbiased"),
               f"{OX} ema(0.9, debias=True)", with_optax(lambda _: optax.ema(0.9, debias=True)))

    def unbiased(t, w, g, eta, memory):
        gamma = mpmath.mpf(MOMENTA[t - 1])
        memory["v"] = gamma * memory.get("v", 0) + (1 - gamma) * g
        memory["p"] = gamma * memory.get("p", 1)
        return w - eta * memory["v"] / (1 - memory["p"])

    trajectory("momentum-unbiased-scheduled",
               momentum_text(SCHEDULED, "ema", correction="unbiased"),
               PAPER + "ema divided by 1 - product of the momenta", transcribed(unbiased))

    def root_rate(decay, epsilon):
        return lambda t: RATES[t - 1] / (np.sqrt(1.0 - decay**t) + epsilon)

    trajectory("momentum-root", momentum_text(form="outside", correction="root"),
               f"{OX} trace(0.9), learning rate over sqrt(1 - 0.999^t) + 1e-8",
               with_optax(lambda _: optax.trace(0.9), rate=root_rate(0.999, 1e-8)))
    trajectory("momentum-root-scheduled",
               momentum_text(SCHEDULED, "outside", correction="root", decay="0.95",
                             epsilon="0.01"),
               f"{OX} trace, decay set at each step, learning rate over sqrt(1 - 0.95^t) + 0.01",
               with_optax(lambda m: optax.trace(m), MOMENTA, root_rate(0.95, 0.01)))

    # --- nesterov; for the look-ahead form the file holds the points where gradients are taken
    def nag(form, momentum="0.9"):
        return f"nesterov(momentum={momentum},form={form})"

    trajectory("nesterov-rewritten", nag("rewritten"), f"{KE} SGD(momentum=0.9, nesterov=True)",
               with_keras(keras.optimizers.SGD(momentum=0.9, nesterov=True)))
    trajectory("nesterov-rewritten-scheduled", nag("rewritten", SCHEDULED),
               f"{KE} SGD(nesterov=True), momentum set at each step",
               with_keras(keras.optimizers.SGD(momentum=0.5, nesterov=True), momenta=MOMENTA))
    trajectory("nesterov-outside", nag("outside"), f"{PT} SGD(momentum=0.9, nesterov=True)",
               with_torch(lambda p: sgd(p, lr=1.0, momentum=0.9, nesterov=True)))
    trajectory("nesterov-outside-scheduled", nag("outside", SCHEDULED),
               f"{PT} SGD(nesterov=True), momentum set at each step",
               with_torch(lambda p: sgd(p, lr=1.0, momentum=0.5, nesterov=True), momenta=MOMENTA))
    trajectory("nesterov-lookahead-points", nag("lookahead"),
               f"{KE} SGD(momentum=0.9, nesterov=True): its weights are the look-ahead points",
               with_keras(keras.optimizers.SGD(momentum=0.9, nesterov=True), quadratic=True),
               "quadratic")

    def look_ahead(gamma):
        """Sutskever et al. 2013, equations 3 and 4, with matrices."""
        mp = mpmath.mpf
        a, b = mpmath.matrix(A.tolist()), mpmath.matrix(B.tolist())
        w, v = mpmath.matrix(INITIAL.tolist()), mpmath.zeros(DIMENSION, 1)
        weights = [INITIAL.copy()]
        for t in range(1, STEPS + 1):
            mu = mp(gamma(t))
            v = mu * v - mp(RATES[t - 1]) * (a * (w + mu * v) - b)
            w = w + v
            weights.append(np.array([float(x) for x in w]))
        return weights

    source = PAPER + "Sutskever et al. 2013, equations 3 and 4"
    trajectory("nesterov-lookahead", nag("lookahead"), source, look_ahead(lambda t: 0.9),
               "quadratic")
    trajectory("nesterov-lookahead-scheduled", nag("lookahead", SCHEDULED), source,
               look_ahead(lambda t: MOMENTA[t - 1]), "quadratic")

    # --- adagrad, adadelta, rmsprop
    def adagrad(name, epsilon, initial, text):
        trajectory(name, text, f"{PT} Adagrad(eps={epsilon}, initial_accumulator_value={initial})",
                   with_torch(lambda p: torch.optim.Adagrad(
                       p, lr=1.0, eps=epsilon, initial_accumulator_value=initial)))

    adagrad("adagrad", 1e-10, 0.0, "adagrad(epsilon=1.0E-10,initialAccumulator=0.0)")
    adagrad("adagrad-initial", 1e-3, 0.1, "adagrad(epsilon=0.001,initialAccumulator=0.1)")

    def adadelta(name, rho, epsilon, text):
        trajectory(name, text, f"{PT} Adadelta(rho={rho}, eps={epsilon})",
                   with_torch(lambda p: torch.optim.Adadelta(p, lr=1.0, rho=rho, eps=epsilon)))

    adadelta("adadelta", 0.9, 1e-6, "adadelta(rho=0.9,epsilon=1.0E-6)")
    adadelta("adadelta-epsilon", 0.95, 0.01, "adadelta(rho=0.95,epsilon=0.01)")

    def rmsprop(name, text, momenta=None, **options):
        told = ", ".join(f"{k}={v}" for k, v in options.items())
        trajectory(name, text, f"{PT} RMSprop({told})" + (", momentum set" if momenta else ""),
                   with_torch(lambda p: torch.optim.RMSprop(p, lr=1.0, **options),
                              momenta=momenta))

    def rms_text(rho, epsilon, centered, momentum):
        return f"rmsprop(rho={rho},epsilon={epsilon},centered={centered},momentum={momentum})"

    rmsprop("rmsprop", rms_text("0.9", "1.0E-10", "false", "0.0"), alpha=0.9, eps=1e-10)
    rmsprop("rmsprop-centered", rms_text("0.95", "1.0E-4", "true", "0.0"),
            alpha=0.95, eps=1e-4, centered=True)
    rmsprop("rmsprop-momentum", rms_text("0.99", "1.0E-8", "false", "0.9"),
            alpha=0.99, eps=1e-8, momentum=0.9)
    rmsprop("rmsprop-momentum-scheduled", rms_text("0.9", "1.0E-8", "false", SCHEDULED),
            momenta=MOMENTA, alpha=0.9, eps=1e-8, momentum=0.5)
    rmsprop("rmsprop-centered-momentum", rms_text("0.9", "1.0E-4", "true", "0.5"),
            alpha=0.9, eps=1e-4, centered=True, momentum=0.5)

    # --- adam and family
    def adam_text(beta1="0.9", beta2="0.999", epsilon="1.0E-8", form="outside", bias="true"):
        return (f"adam(beta1={beta1},beta2={beta2},epsilon={epsilon},epsilonForm={form},"
                f"biasCorrection={bias})")

    torch_adam = torch.optim.Adam
    trajectory("adam", adam_text(), f"{PT} Adam",
               with_torch(lambda p: torch_adam(p, lr=1.0)))
    trajectory("adam-betas", adam_text("0.8", "0.95", "0.001"),
               f"{PT} Adam(betas=(0.8, 0.95), eps=1e-3)",
               with_torch(lambda p: torch_adam(p, lr=1.0, betas=(0.8, 0.95), eps=1e-3)))
    trajectory("adam-hat", adam_text(epsilon="1.0E-7", form="hat"), f"{KE} Adam",
               with_keras(keras.optimizers.Adam(epsilon=1e-7)))
    trajectory("adam-hat-epsilon", adam_text(epsilon="0.1", form="hat"),
               f"{KE} Adam(epsilon=0.1)", with_keras(keras.optimizers.Adam(epsilon=0.1)))
    trajectory("adam-inside", adam_text(epsilon="1.0E-4", form="inside"),
               f"{OX} scale_by_adam(eps=0, eps_root=1e-4)",
               with_optax(lambda _: optax.scale_by_adam(eps=0.0, eps_root=1e-4)))

    def biased(inside, outside):
        """Kingma & Ba, algorithm 1, without the lines of the bias correction."""
        def step(t, w, g, eta, memory):
            b1, b2 = mpmath.mpf(0.9), mpmath.mpf(0.999)
            memory["m"] = b1 * memory.get("m", 0) + (1 - b1) * g
            memory["v"] = b2 * memory.get("v", 0) + (1 - b2) * g * g
            root = mpmath.sqrt(memory["v"] + mpmath.mpf(inside))
            return w - eta * memory["m"] / (root + mpmath.mpf(outside))
        return step

    source = PAPER + "Kingma and Ba 2015, algorithm 1 without bias correction"
    trajectory("adam-uncorrected", adam_text(bias="false"), source,
               transcribed(biased(0.0, 1e-8)))
    trajectory("adam-hat-uncorrected", adam_text(form="hat", bias="false"), source,
               transcribed(biased(0.0, 1e-8)))
    trajectory("adam-inside-uncorrected", adam_text(form="inside", bias="false"), source,
               transcribed(biased(1e-8, 0.0)))

    trajectory("adamw", "adamw(beta1=0.9,beta2=0.999,epsilon=1.0E-8,weightDecay=0.01)",
               f"{PT} AdamW", with_torch(lambda p: torch.optim.AdamW(p, lr=1.0)))
    trajectory("adamw-decay", "adamw(beta1=0.7,beta2=0.9,epsilon=1.0E-6,weightDecay=0.5)",
               f"{PT} AdamW(betas=(0.7, 0.9), eps=1e-6, weight_decay=0.5)",
               with_torch(lambda p: torch.optim.AdamW(
                   p, lr=1.0, betas=(0.7, 0.9), eps=1e-6, weight_decay=0.5)))
    trajectory("amsgrad", "amsgrad(beta1=0.9,beta2=0.999,epsilon=1.0E-8)",
               f"{PT} Adam(amsgrad=True)",
               with_torch(lambda p: torch_adam(p, lr=1.0, amsgrad=True)))
    trajectory("amsgrad-betas", "amsgrad(beta1=0.8,beta2=0.7,epsilon=0.001)",
               f"{PT} Adam(betas=(0.8, 0.7), eps=1e-3, amsgrad=True)",
               with_torch(lambda p: torch_adam(
                   p, lr=1.0, betas=(0.8, 0.7), eps=1e-3, amsgrad=True)))
    trajectory("adamax", "adamax(beta1=0.9,beta2=0.999,epsilon=1.0E-8)", f"{PT} Adamax",
               with_torch(lambda p: torch.optim.Adamax(p, lr=1.0)))
    trajectory("adamax-betas", "adamax(beta1=0.8,beta2=0.6,epsilon=0.01)",
               f"{PT} Adamax(betas=(0.8, 0.6), eps=1e-2)",
               with_torch(lambda p: torch.optim.Adamax(p, lr=1.0, betas=(0.8, 0.6), eps=1e-2)))
    trajectory("nadam", "nadam(beta1=0.9,beta2=0.999,epsilon=1.0E-8,momentumDecay=0.004)",
               f"{PT} NAdam", with_torch(lambda p: torch.optim.NAdam(p, lr=1.0)))
    trajectory("nadam-decay", "nadam(beta1=0.8,beta2=0.9,epsilon=0.001,momentumDecay=0.1)",
               f"{PT} NAdam(betas=(0.8, 0.9), eps=1e-3, momentum_decay=0.1)",
               with_torch(lambda p: torch.optim.NAdam(
                   p, lr=1.0, betas=(0.8, 0.9), eps=1e-3, momentum_decay=0.1)))
    trajectory("nadam-keras", "nadam(beta1=0.9,beta2=0.999,epsilon=1.0E-7,momentumDecay=1.0)",
               f"{KE} Nadam", with_keras(keras.optimizers.Nadam(epsilon=1e-7)))


def schedules():
    def save(name, text, source, values):
        rows = [[t, float(v)] for t, v in enumerate(values, 1)]
        write("schedule-" + name, [("schedule", text), ("from", source)], ["step", "value"], rows)

    def torch_values(make, count, initial):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=initial, momentum=0.9)
        scheduler = make(optimizer)
        values = []
        for _ in range(count):
            values.append(scheduler.get_last_lr()[0])
            optimizer.step()
            scheduler.step()
        return values

    def optax_values(schedule, count, first=0):
        return [np.float64(schedule(jnp.asarray(t + first, dtype=jnp.float64)))
                for t in range(count)]

    lr = torch.optim.lr_scheduler
    save("constant", "constant(0.3)", f"{PT} ConstantLR(factor=1)",
         torch_values(lambda o: lr.ConstantLR(o, factor=1.0), 20, 0.3))
    save("inverse-sqrt", "inverse_sqrt(0.5)", "Spark 3.5 SimpleUpdater: stepSize / sqrt(iter)",
         [0.5 / np.sqrt(np.float64(t)) for t in range(1, 101)])
    save("inverse-time", "inverse_time(0.5,0.01)", f"{KE} InverseTimeDecay(decay_steps=1)",
         [np.float64(keras.optimizers.schedules.InverseTimeDecay(0.5, 1, 0.01)(t))
          for t in range(100)])
    save("step", "step(0.5,0.1,7)", f"{PT} StepLR(step_size=7, gamma=0.1)",
         torch_values(lambda o: lr.StepLR(o, 7, 0.1), 40, 0.5))
    save("plateau", "plateau(0.5,0.1,3)", "its definition: the rate before any fall", [0.5] * 20)
    save("exponential", "exponential(0.5,0.9,10)",
         f"{OX} exponential_decay(transition_steps=10, decay_rate=0.9)",
         optax_values(optax.exponential_decay(0.5, 10, 0.9), 100))
    save("polynomial", "polynomial(0.5,0.01,50,2.0)",
         f"{OX} polynomial_schedule(power=2, transition_steps=50)",
         optax_values(optax.polynomial_schedule(0.5, 0.01, 2, 50), 70))
    save("cosine", "cosine(0.5,50,0.05)",
         f"{OX} cosine_decay_schedule(decay_steps=50, alpha=0.1)",
         optax_values(optax.cosine_decay_schedule(0.5, 50, 0.1), 70))
    save("one-cycle", "one_cycle(0.5,50)", f"{PT} OneCycleLR(max_lr=0.5, total_steps=50)",
         one_cycle(0.5, 50))
    save("one-cycle-odd", "one_cycle(2.0,37)", f"{PT} OneCycleLR(max_lr=2, total_steps=37)",
         one_cycle(2.0, 37))
    save("linear", "linear(0.5,0.9,31)", f"{OX} linear_schedule(transition_steps=30)",
         optax_values(optax.linear_schedule(0.5, 0.9, 30), 50))
    save("accelerated", "accelerated",
         "transcription of Su, Boyd and Candes 2016, equation 1, with Python fractions",
         [np.float64(float(Fraction(t - 1, t + 2))) for t in range(1, 61)])
    warm = optax.join_schedules(
        [optax.linear_schedule(0.0, 0.5, 10), optax.cosine_decay_schedule(0.5, 40)], [11])
    save("warmup", "warmup(10,cosine(0.5,40,0.0))",
         f"{OX} join_schedules(linear_schedule, cosine_decay_schedule) from count 1",
         optax_values(warm, 60, first=1))


def one_cycle(peak, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, peak, total_steps=steps)
    values = []
    for t in range(steps):
        values.append(scheduler.get_last_lr()[0])
        optimizer.step()
        if t < steps - 1:
            scheduler.step()
    return values


def main():
    columns = ["step", "learningRate", "momentum"] + [f"g{j}" for j in range(DIMENSION)]
    rows = [[t, RATES[t - 1], MOMENTA[t - 1]] + [float(x) for x in GRADIENTS[t - 1]]
            for t in range(1, STEPS + 1)]
    write("inputs", [("inputs of", "every trajectory beside this file")], columns, rows)
    rows = [[float(x) for x in A[i]] + [float(B[i])] for i in range(DIMENSION)]
    write("quadratic", [("objective", "w'Aw/2 - b'w, a row of A and of b per line")],
          [f"a{j}" for j in range(DIMENSION)] + ["b"], rows)
    rules()
    schedules()
    print(f"{len(WRITTEN)} trajectories")


main()
