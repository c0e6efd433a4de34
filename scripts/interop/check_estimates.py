#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `standstill estimate` against scipy, statsmodels and brute force, on random cases.

    check_estimates.py STANDSTILL SEED FOLDER

The expected figures come from a library where one has them; else from the definition by another
road than ours: integrals by quadrature, bounds by root finding, exact fractions, full enumeration.
"""

import csv
import datetime
import fractions
import math
import os
import pathlib
import random
import sys

from program import Case, check

import numpy
import statsmodels.api
from scipy import integrate, optimize, special, stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999]


def joined(values):
    return ",".join(repr(value) for value in values)


def counts(draw):
    """Successes and trials, with the corners often."""
    n = draw.choice([draw.randint(1, 30), draw.randint(1, 400), draw.randint(1000, 200_000)])
    return draw.choice([0, n, draw.randint(0, n), draw.randint(0, n), min(n, draw.randint(0, 4))]), n


def proportions(draw):
    names = {
        "wilson": "wilson", "clopper-pearson": "beta", "jeffreys": "jeffreys",
        "agresti-coull": "agresti_coull"}
    for _ in range(20):
        k, n = counts(draw)
        for ours, theirs in names.items():
            level = draw.choice(LEVELS)
            # The other end of an interval that begins at 0 must not be lost for nearness to 0.
            yield Case(
                "proportion", ["estimate", "proportion", "--successes", k, "--trials", n,
                               "--confidence", level, "--method", ours],
                {"value": k / n,
                 "interval": proportion_confint(k, n, alpha=1 - level, method=theirs)},
                1e-9, floor=1e-6)


def log_mixture(k, n, p):
    """ln of ∫ x^k (1−x)^(n−k) dx / (p^k (1−p)^(n−k))."""
    own = special.xlogy(k, p) + special.xlog1py(n - k, -p)
    return special.betaln(1 + k, 1 + n - k) - own


def sequences(draw):
    for _ in range(35):
        k, n = counts(draw)
        n, k = (n, k) if n < 5000 else (4000, k * 4000 // n)
        level = draw.choice(LEVELS)
        limit = -math.log1p(-level)

        def excess(p):
            return log_mixture(k, n, p) - limit

        low = optimize.brentq(excess, 1e-300, k / n, xtol=1e-15, rtol=1e-14) if k else 0
        high = optimize.brentq(excess, k / n, 1 - 1e-16, xtol=1e-15, rtol=1e-14) if k < n else 1
        yield Case(
            "confidence-sequence",
            ["estimate", "confidence-sequence", "--successes", k, "--trials", n, "--confidence", level],
            {"interval": [low, high]}, 1e-9, floor=1e-6)


def medians(draw):
    for _ in range(25):
        n, level = draw.randint(8, 900), draw.choice(LEVELS[:5])
        ranks = [
            rank for rank in range(1, n // 2 + 1)
            if 1 - 2 * stats.binom.cdf(rank - 1, n, 0.5) >= level]
        if not ranks:
            continue
        rank = ranks[-1]
        expected = {
            "ranks": [rank, n + 1 - rank], "coverage": 1 - 2 * stats.binom.cdf(rank - 1, n, 0.5)}
        arguments = ["estimate", "median", "--confidence", level]
        if draw.random() < 0.5:
            yield Case("median", arguments + ["--n", n], expected, 1e-12)
            continue
        values = [draw.choice([draw.randint(0, 6), draw.lognormvariate(1, 1)]) for _ in range(n)]
        ordered = sorted(values)
        expected |= {
            "value": float(numpy.median(values)), "interval": [ordered[rank - 1], ordered[n - rank]]}
        yield Case("median", arguments + ["--values", joined(values)], expected, 1e-12)


def passes(draw):
    for _ in range(25):
        n = draw.choice([draw.randint(1, 12), draw.randint(1, 3000)])
        c, k = draw.randint(0, n), draw.randint(1, n)
        k = draw.choice([k, min(n, 10)])
        exact = 1 - fractions.Fraction(math.comb(n - c, k), math.comb(n, k))
        yield Case(
            "pass-at-k", ["estimate", "pass-at-k", "--n", n, "--correct", c, "--k", k],
            {"value": float(exact)}, 1e-11)


def means(draw):
    for _ in range(20):
        n = draw.randint(6, 200)
        level = draw.choice(LEVELS)
        groups = [f"g{draw.randrange(draw.randint(2, 30))}" for _ in range(n)]
        effect = {name: draw.gauss(0, 0.3) for name in sorted(set(groups))}
        scores = [draw.choice([0, 1, draw.random()]) + effect[name] for name in groups]
        plain = statsmodels.api.OLS(scores, numpy.ones(n)).fit()
        expected = {"value": plain.params[0], "stderr": plain.bse[0]}
        arguments = ["estimate", "mean", "--scores=" + joined(scores), "--confidence", level]
        fit, degrees = plain, n - 1
        if len(effect) > 1 and draw.random() < 0.8:
            codes = [sorted(effect).index(name) for name in groups]

            def clustered(corrected):
                return statsmodels.api.OLS(scores, numpy.ones(n)).fit(
                    cov_type="cluster",
                    cov_kwds={"groups": codes, "use_correction": corrected})

            fit, degrees = clustered(True), len(effect) - 1
            expected |= {
                "clusters": len(effect), "clustered-stderr": fit.bse[0],
                "clustered-stderr-uncorrected": clustered(False).bse[0]}
            arguments += ["--clusters", ",".join(groups)]
        half = stats.t.isf((1 - level) / 2, degrees) * fit.bse[0]
        expected["interval"] = [plain.params[0] - half, plain.params[0] + half]
        yield Case("mean", arguments, expected, 1e-9, floor=1e-3)


def mean_bounds(draw):
    for _ in range(14):
        n, level = draw.randint(1, 5000), draw.choice(LEVELS)
        mean, width = draw.random(), draw.choice([1.0, 0.5, 4.0])
        half = optimize.brentq(
            lambda h: 2 * math.exp(-2 * n * h * h / width ** 2) - (1 - level), 0, 10 * width,
            xtol=1e-16, rtol=1e-15)
        yield Case(
            "mean-bound", ["estimate", "mean-bound", "--mean", mean, "--n", n, "--method",
                           "hoeffding", "--range", width, "--confidence", level],
            {"half-width": half, "interval": [mean - half, mean + half]}, 1e-9, floor=1e-3)
        variance, rho = draw.choice([0.25, 1.0, 0.04]), draw.choice([0.5, 5.0, 25.0, 100.0])

        def log_martingale(total):
            """ln of ∫ exp(λ·total − λ²·n·variance/2) over λ ~ N(0, 1/rho), by quadrature."""
            precision = rho + n * variance
            centre, width = total / precision, 1 / math.sqrt(precision)
            shift = total * centre / 2

            def integrand(x):
                return math.exp(
                    x * total - x * x * precision / 2 - shift) * math.sqrt(rho / (2 * math.pi))

            return shift + math.log(integrate.quad(
                integrand, centre - 12 * width, centre + 12 * width, epsabs=0, epsrel=1e-12)[0])

        total = optimize.brentq(
            lambda s: log_martingale(s) + math.log1p(-level), 0, 200 * math.sqrt(n * variance + rho),
            xtol=1e-12, rtol=1e-14)
        yield Case(
            "mean-bound", ["estimate", "mean-bound", "--mean", mean, "--n", n, "--variance",
                           variance, "--rho", rho, "--confidence", level],
            {"half-width": total / n}, 1e-9)


def e_values(draw):
    for _ in range(20):
        k, n = counts(draw)
        n, k = (n, k) if n < 2000 else (300, k * 300 // n)
        null, other = draw.uniform(0.05, 0.9), draw.uniform(0.05, 0.95)
        arguments = ["estimate", "e-value", "--successes", k, "--trials", n, "--null", null]
        ratio = stats.binom.logpmf(k, n, other) - stats.binom.logpmf(k, n, null)
        yield Case(
            "e-value", arguments + ["--alternative", other],
            {"log-value": ratio, "rejects": bool(ratio >= math.log(20))}, 1e-9, floor=1e-2)
        side = draw.choice(["at-most", "at-least"])
        a, b = (null, 1.0) if side == "at-most" else (0.0, null)
        # Around the largest value of the integrand, so that a narrow peak is not stepped over.
        top = min(max(k / n, a), b)
        peak = special.xlogy(k, top) + special.xlog1py(n - k, -top)
        spread = max(math.sqrt(top * (1 - top) / n), 1 / n)
        inner = sorted({min(max(top + step * spread, a), b) for step in [-8, -3, -1, 0, 1, 3, 8]})
        area = math.fsum(
            integrate.quad(
                lambda x: math.exp(
                    special.xlogy(k, x) + special.xlog1py(n - k, -x) - peak),
                left, right, epsabs=0, epsrel=1e-12, limit=200)[0]
            for left, right in zip([a] + inner, inner + [b]) if left < right)
        log_value = (
            math.log(area) + peak - math.log(b - a)
            - special.xlogy(k, null) - special.xlog1py(n - k, -null))
        yield Case(
            "e-value", arguments + ["--hypothesis", side], {"log-value": log_value}, 1e-8, floor=1e-1)
    for _ in range(6):
        values = [draw.lognormvariate(0, 2) for _ in range(draw.randint(1, 8))]
        for by, value in [("product", math.prod(values)), ("mean", float(numpy.mean(values)))]:
            yield Case(
                "e-value", ["estimate", "combined-e-value", "--values", joined(values), "--by", by],
                {"value": value, "p-value": min(1, 1 / value), "rejects": value >= 20}, 1e-11)


def sequential_tests(draw):
    for _ in range(16):
        null = draw.uniform(0.02, 0.7)
        other = null + draw.uniform(0.05, 0.28)
        alpha, beta = draw.choice([0.01, 0.05, 0.1]), draw.choice([0.01, 0.05, 0.2])
        outcomes = [int(draw.random() < draw.choice([null, other])) for _ in range(draw.randint(1, 150))]
        upper, lower = math.log((1 - beta) / alpha), math.log(beta / (1 - alpha))
        ratio, decision, n = 0.0, "continue", 0
        for outcome in outcomes:
            n += 1
            ratio += stats.bernoulli.logpmf(outcome, other) - stats.bernoulli.logpmf(outcome, null)
            decision = "crossed" if ratio >= upper else "clear" if ratio <= lower else "continue"
            if decision != "continue":
                break
        yield Case(
            "sprt", ["estimate", "sprt", "--null", null, "--alternative", other, "--alpha", alpha,
                     "--beta", beta, "--outcomes", ",".join(map(str, outcomes))],
            {"bounds": [lower, upper], "decision": decision, "n": n,
             "successes": sum(outcomes[:n]), "log-likelihood-ratio": ratio}, 1e-10, floor=1e-3)


def several_tests(draw):
    names = {"bonferroni": "bonferroni", "holm": "holm", "bh": "fdr_bh", "by": "fdr_by"}
    for _ in range(9):
        values = [
            # Ties, also exactly on a border.
            draw.choice([draw.random(), draw.random() ** 4, 0.01, 0.05])
            for _ in range(draw.randint(1, 40))]
        level = draw.choice([0.01, 0.05, 0.1, 0.2])
        for ours, theirs in names.items():
            rejected, adjusted, _, _ = multipletests(values, alpha=level, method=theirs)
            yield Case(
                "multiple-tests", ["estimate", "multiple-tests", "--values", joined(values),
                                   "--method", ours, "--level", level],
                {"adjusted": list(map(float, adjusted)),
                 "rejected": [bool(each) for each in rejected],
                 "rejections": int(rejected.sum())}, 1e-11)
    for _ in range(8):
        values = [draw.lognormvariate(2, 2) for _ in range(draw.randint(1, 30))]
        level = draw.choice([0.01, 0.05, 0.1, 0.2])
        # e-BH is BH on the inverses, as its authors say.
        rejected = multipletests([min(1, 1 / value) for value in values], level, "fdr_bh")[0]
        yield Case(
            "multiple-tests", ["estimate", "multiple-tests", "--values", joined(values), "--method",
                               "e-bh", "--level", level],
            {"rejected": [bool(each) for each in rejected]}, 0)


def pools(draw):
    for _ in range(24):
        n, level = draw.randint(2, 20), draw.choice(LEVELS)
        errors = [draw.uniform(0.02, 0.4) for _ in range(n)]
        values = [draw.gauss(0.6, draw.choice([0, 0.2, 0.8])) + draw.gauss(0, e) for e in errors]
        both = combine_effects(
            numpy.array(values), numpy.array(errors) ** 2, method_re="dl", alpha=1 - level)
        model = draw.choice(["fixed", "dersimonian-laird"])
        # Where the figures differ less than chance has it, statsmodels goes on with a negative
        # variance; DerSimonian and Laird take 0, which is the fixed model.
        is_fixed = model == "fixed" or both.tau2 <= 0
        intervals = both.conf_int(alpha=1 - level)
        student = both.conf_int(alpha=1 - level, use_t=True)
        yield Case(
            "pool", ["estimate", "pool", "--values=" + joined(values), "--errors", joined(errors),
                     "--model", model, "--confidence", level],
            {"value": both.mean_effect_fe if is_fixed else both.mean_effect_re,
             "stderr": both.sd_eff_w_fe if is_fixed else both.sd_eff_w_re,
             "interval": list(intervals[0 if is_fixed else 1]),
             "interval-hartung-knapp": list(student[2 if is_fixed else 3]),
             "q": both.q, "q-p-value": stats.chi2.sf(both.q, n - 1),
             "tau-squared": max(0, both.tau2), "i-squared": max(0, both.i2)}, 1e-8, floor=1e-3)


def powers(draw):
    for _ in range(16):
        between, within = draw.uniform(0.01, 0.3), [draw.uniform(0, 0.25) for _ in range(2)]
        repeats = [draw.randint(1, 12) for _ in range(2)]
        alpha, beta = draw.choice([0.01, 0.05, 0.1]), draw.choice([0.05, 0.1, 0.2])
        variance = between + within[0] / repeats[0] + within[1] / repeats[1]
        arguments = [
            "estimate", "power", "--between", between, "--within", joined(within), "--repeats",
            joined(repeats), "--alpha", alpha, "--beta", beta]

        def missed(n, difference):
            """The chance of a miss by simulation's limit: the far tail counts as a miss."""
            shift = difference / math.sqrt(variance / n)
            return stats.norm.cdf(stats.norm.isf(alpha / 2) - shift)

        difference = draw.uniform(0.01, 0.2)
        n = 1
        while missed(n, difference) > beta:
            n *= 2
        low = n // 2
        while n - low > 1:
            middle = (low + n) // 2
            low, n = (middle, n) if missed(middle, difference) > beta else (low, middle)
        yield Case("power", arguments + ["--difference", difference], {"n": n}, 0)
        count = draw.randint(10, 5000)
        found = optimize.brentq(lambda d: missed(count, d) - beta, 0, 100, xtol=1e-15, rtol=1e-14)
        yield Case("power", arguments + ["--n", count], {"difference": found}, 1e-9)


def ends(draw, estimate, error, level):
    """Fieller's interval by root finding: all quotients q for which a − q·b is not told from 0."""
    a, b, va, vb, cov = estimate[0], estimate[1], *error
    z = stats.norm.isf((1 - level) / 2)
    if b * b <= z * z * vb:
        return None

    def excess(q):
        return (a - q * b) ** 2 - z * z * (va + q * q * vb - 2 * q * cov)

    step = 1 + abs(a / b)
    low, high = a / b - step, a / b + step
    while excess(low) < 0:
        low -= (step := 2 * step)
    while excess(high) < 0:
        high += (step := 2 * step)
    return [
        optimize.brentq(excess, low, a / b, xtol=1e-14), optimize.brentq(excess, a / b, high, xtol=1e-14)]


def ratios(draw):
    for _ in range(16):
        low = draw.uniform(0.1, 0.6)
        high, score = low + draw.uniform(0.05, 0.3), low + draw.uniform(-0.05, 0.4)
        errors = [draw.uniform(0.001, 0.08) for _ in range(3)]
        level = draw.choice(LEVELS)
        s, f, c = (error ** 2 for error in errors)
        a, b = score - low, high - low
        delta = math.sqrt(
            s / b ** 2 + f * ((score - high) / b ** 2) ** 2 + c * (a / b ** 2) ** 2)
        half = stats.norm.isf((1 - level) / 2) * delta
        yield Case(
            "gap-recovered", ["estimate", "gap-recovered", "--score", score, "--floor", low,
                              "--ceiling", high, "--errors", joined(errors), "--confidence", level],
            {"value": a / b, "interval": ends(draw, (a, b), (s + f, c + f, f), level),
             "interval-delta": [a / b - half, a / b + half]}, 1e-8, floor=1e-3)
        observed, baseline = draw.uniform(1.2, 300), draw.uniform(1.5, 60)
        widths = [draw.uniform(0.05, 0.5) for _ in range(2)]
        pairs = [
            [value * math.exp(-width), value * math.exp(width)]
            for value, width in zip([observed, baseline], widths)]
        z = stats.norm.isf((1 - level) / 2)
        a, b = math.log(observed), math.log(baseline)
        va, vb = ((width / z) ** 2 for width in widths)
        half = z * math.sqrt(va / b ** 2 + vb * (a / b ** 2) ** 2)
        yield Case(
            "rate-multiplier",
            ["estimate", "rate-multiplier", "--observed", observed, "--baseline", baseline,
             "--observed-interval", joined(pairs[0]), "--baseline-interval", joined(pairs[1]),
             "--confidence", level],
            {"value": a / b, "interval": ends(draw, (a, b), (va, vb, 0), level),
             "interval-delta": [a / b - half, a / b + half]}, 1e-8, floor=1e-3)


def code(draw):
    def total_over(y, x):
        """Σy/Σx and its error: least squares through the origin, weights 1/x, robust by hand."""
        y, x = numpy.array(y, float), numpy.array(x, float)
        fit = statsmodels.api.WLS(y, x, weights=1 / x).fit()
        ratio = fit.params[0]
        return ratio, math.sqrt(
            len(y) * numpy.var(y - ratio * x, ddof=1) + 0.0) / x.sum()

    for _ in range(12):
        n, level = draw.randint(2, 15), draw.choice(LEVELS)
        total = [draw.randint(10, 4000) for _ in range(n)]
        part = [draw.randint(0, each) for each in total]
        share, error = total_over(part, total)
        half = stats.t.isf((1 - level) / 2, n - 1) * error
        yield Case(
            "code-share", ["estimate", "code-share", "--attributed", joined(part), "--total",
                           joined(total), "--confidence", level],
            {"value": sum(part) / sum(total), "stderr": error,
             "interval": [max(0, share - half), min(1, share + half)]}, 1e-9, floor=1e-3)
        m = draw.randint(2, 15)
        now = ([draw.randint(500, 9000) for _ in range(n)], [draw.uniform(5, 60) for _ in range(n)])
        base = ([draw.randint(100, 2000) for _ in range(m)], [draw.uniform(5, 60) for _ in range(m)])
        (rate, error), (base_rate, base_error) = total_over(*now), total_over(*base)
        one, two = (error / rate) ** 2, (base_error / base_rate) ** 2
        degrees = (one + two) ** 2 / (one ** 2 / (n - 1) + two ** 2 / (m - 1))
        half = stats.t.isf((1 - level) / 2, degrees) * math.sqrt(one + two)
        value = rate / base_rate
        yield Case(
            "merged-code", ["estimate", "merged-code", "--code", joined(now[0]), "--effort",
                            joined(now[1]), "--base-code", joined(base[0]), "--base-effort",
                            joined(base[1]), "--confidence", level],
            {"value": value, "interval": [value * math.exp(-half), value * math.exp(half)]}, 1e-8)


def day(number):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=math.floor(number))).isoformat()


def trends(draw):
    for number in range(24):
        rows, days = [], set()
        for place in range(draw.randint(7, 30)):
            at = draw.randint(17_900, 20_700)
            days.add(at)
            p50 = math.exp((at - 19_000) * draw.uniform(0.002, 0.006) + draw.gauss(1, 1))
            rows.append((f"m{place}", at, p50, p50 / draw.uniform(3, 9)))
        file = pathlib.Path(f"headline-{number}.csv")
        with file.open("w") as output:
            table = csv.writer(output)
            table.writerow(
                ["model", "p50", "p50_lo", "p50_hi", "p80", "p80_lo", "p80_hi", "release_date",
                 "suite"])
            for name, at, p50, p80 in rows:
                table.writerow(
                    [name, p50, p50 / 2, p50 * 2, p80, p80 / 2, p80 * 2, day(at), "1.1"])
        since = draw.choice([None, draw.randint(17_900, 19_000)])
        level, which = draw.choice(LEVELS), draw.choice([0.5, 0.8])
        through = draw.choice(["records", "all"])
        kept = sorted(
            (at, p50 if which == 0.5 else p80, name) for name, at, p50, p80 in rows
            if since is None or at >= since)
        if through == "records":
            # METR's rule: as high as everything up to and with its own day.
            kept = [
                row for row in kept
                if row[1] >= max(other[1] for other in kept if other[0] <= row[0])]
        if len({row[0] for row in kept}) < 4:
            continue
        xs = numpy.array([row[0] for row in kept], float)
        ys = numpy.log(numpy.maximum([row[1] for row in kept], 1e-3))
        # About the middle, so that the days' own size costs no digits.
        middle = xs.mean()
        fit = statsmodels.api.OLS(ys, statsmodels.api.add_constant(xs - middle)).fit()
        window = ["--reliability", which, "--through", through, "--confidence", level]
        window += ["--since", day(since)] if since else []
        yield from whole_trend(draw, file, window, fit, middle, level, [row[2] for row in kept])
        yield from broken_trend(draw, file, window, xs, ys, level)


def whole_trend(draw, file, window, fit, middle, level, names):
    slope = fit.params[1]
    slow, fast = fit.conf_int(1 - level)[1]
    expected = {
        "slope-per-day": slope, "slope-stderr": fit.bse[1], "r-squared": fit.rsquared,
        "models": names, "doubling-time-days": math.log(2) / slope if slope > 0 else None,
        "interval": None if fast <= 0
        else [math.log(2) / fast, math.log(2) / slow if slow > 0 else None]}
    value = round(math.exp(draw.uniform(5, 9)), 2)
    if slope > 0:
        at = (math.log(value) - fit.params[0]) / slope + middle
        # A day's end decides, so that a case on the border of two days shows nothing.
        if 1e-3 < at % 1 < 1 - 1e-3 and abs(at) < 700_000:
            window = window + ["--reaching", value]
            expected |= {"crossings.0.day": day(at)}
            expected |= crossing_ends(draw, fit, middle, level, value, window)
    yield Case("trend", ["estimate", "trend", file, *window], expected, 1e-9, floor=1e-4)


def crossing_ends(draw, fit, middle, level, value, window):
    """The days on which the band's ends reach a value, by walking along statsmodels' band."""
    question = draw.choice(["trend", "record"])
    window += ["--question", question]

    def reaches(number, end):
        frame = fit.get_prediction([[1, number - middle]])
        band = frame.conf_int(alpha=1 - level, obs=question == "record")[0]
        return band[end] - math.log(value)

    found = []
    # The upper end of the band is there first.
    for end in [1, 0]:
        low, high = -40_000, 80_000
        if reaches(low, end) > 0 or reaches(high, end) < 0:
            return {}
        at = optimize.brentq(reaches, low, high, args=(end,), xtol=1e-9)
        if not 1e-3 < at % 1 < 1 - 1e-3:
            return {}
        found.append(day(at))
    return {"crossings.0.interval": found}


def broken_trend(draw, file, window, xs, ys, level):
    at = draw.randint(int(numpy.quantile(xs, 0.3)), int(numpy.quantile(xs, 0.7)))
    before = xs < at
    if len(set(xs[before])) < 2 or len(set(xs[~before])) < 2 or len(xs) < 6:
        return
    model = draw.choice(["joined", "separate"])
    offsets = xs - at
    columns = [numpy.ones(len(xs))] + ([] if model == "joined" else [~before * 1.0])
    fit = statsmodels.api.OLS(
        ys, numpy.column_stack(columns + [offsets * before, offsets * ~before])).fit()
    first, second = fit.params[-2:]
    test = fit.t_test([0.0] * len(columns) + [-1.0, 1.0])
    yield Case(
        "trend-change", ["estimate", "trend-change", file, "--at", day(at), "--model", model, *window],
        {"before.slope-per-day": first, "after.slope-per-day": second,
         "before.slope-stderr": fit.bse[-2], "after.slope-stderr": fit.bse[-1],
         "value": second / first, "t": float(numpy.squeeze(test.tvalue)),
         "p-value": float(numpy.squeeze(test.pvalue)), "degrees-of-freedom": int(fit.df_resid)},
        1e-7, floor=1e-4)


def compute(draw):
    for _ in range(6):
        parameters, tokens = 10 ** draw.uniform(6, 13), 10 ** draw.uniform(9, 14)
        yield Case(
            "compute", ["estimate", "compute", "--parameters", parameters, "--tokens", tokens],
            {"value": 6 * parameters * tokens, "log10": math.log10(6 * parameters * tokens)}, 1e-13)


FAMILIES = [
    proportions, sequences, medians, passes, means, mean_bounds, e_values, sequential_tests,
    several_tests, pools, powers, ratios, code, trends, compute]


def main():
    standstill, seed, folder = sys.argv[1:4]
    os.chdir(folder)
    cases = []
    # statsmodels takes the root of a negative variance on its way; that case is told apart below.
    numpy.seterr(invalid="ignore")
    for place, family in enumerate(FAMILIES):
        cases += family(random.Random(int(seed) * 1000 + place))
    check(standstill, cases)


main()
