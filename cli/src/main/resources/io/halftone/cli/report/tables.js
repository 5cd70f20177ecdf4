function fill(table, heads, bodies) {
  table.replaceChildren(
    make("thead", {}, make("tr", {}, ...heads.map(([label, kind, hint]) => make("th", {class: kind, scope: "col", title: hint}, label)))),
    ...bodies);
}

// As many dots as the error is long beside the worst of its scheme; the last one is as large as its part.
function dotScale(value, worst) {
  const dots = 10, length = dots * value / worst;
  const svg = make("svg", {viewBox: "0 0 104 10", width: 84, height: 8, "aria-hidden": "true"});
  for (let i = 0; i < Math.ceil(length - 1e-9); i++) {
    const part = Math.min(1, length - i);
    svg.append(make("circle", {cx: 5 + i * 10.4, cy: 5, r: (4.4 * Math.sqrt(part)).toFixed(2)}));
  }
  return make("span", {class: "scale"}, svg);
}

const byError = (a, b) => (a.meanRelativeOutputError ?? Infinity) - (b.meanRelativeOutputError ?? Infinity);

function schemes(runs) { return [...new Set(runs.map(run => run.scheme))]; }

const troubled = label => label === "fallback" || label === "damped";

function outcomeCell(outcomes) {
  const cell = make("td", {class: "text"});
  Object.entries(outcomes).forEach(([kind, layers], i) => {
    cell.append(i === 0 ? "" : ", ", make("span", {class: troubled(kind) ? "bad" : null}, layers + " " + kind));
  });
  if (cell.childNodes.length === 0) cell.append(MISSING);
  return cell;
}

function runRow(run, best, worst, baseline, digits) {
  const value = run.meanRelativeOutputError;
  const errorCell = make("td", {}, error(value));
  errorCell.append(value > 0 ? dotScale(value, worst) : make("span", {class: "scale"}));
  const factor = value === null || !baseline ? MISSING : fixed(value / baseline, 2) + " \u00d7";
  return make("tr", {class: run === best ? "best" : null},
    make("th", {class: "text", scope: "row"}, run.recipe),
    errorCell,
    make("td", {}, factor),
    make("td", {}, decibels(run.meanSqnrDb, value === 0)),
    make("td", {title: run.meanCosine}, fixed(run.meanCosine, digits)),
    make("td", {}, fixed(run.bitsPerWeight, 2)),
    make("td", {}, megabytes(run.fileBytes)),
    make("td", {}, duration(run.seconds)),
    outcomeCell(run.outcomes),
    make("td", {class: "mono text", title: run.sha256}, run.sha256 === "" ? MISSING : run.sha256.slice(0, 8)));
}

function recipeTable(table, runs) {
  const heads = [
    ["Recipe", "text"], ["Relative output error", null, "mean over the layers of \u2016X\u0394W\u1d40\u2016\u00b2 / \u2016XW\u1d40\u2016\u00b2"],
    ["against rtn", null, "error divided by that of round-to-nearest"], ["SQNR, dB", null, "mean over the layers"],
    ["Cosine to fp32", null, "mean cosine between the model's output and the float model's"], ["Bits / weight"], ["File, MB"], ["Time"],
    ["Layers", "text"], ["SHA-256", "text", "of the written model"]];
  const bodies = schemes(runs).map(scheme => {
    const rows = runs.filter(run => run.scheme === scheme).sort(byError);
    const best = rows[0].meanRelativeOutputError === null ? null : rows[0];
    const worst = Math.max(...rows.map(run => run.meanRelativeOutputError ?? 0));
    const baseline = rows.find(run => run.recipe === "rtn")?.meanRelativeOutputError;
    const digits = cosineDigits(rows.map(run => run.meanCosine));
    return make("tbody", {class: "scheme"},
      make("tr", {}, make("th", {colspan: heads.length, scope: "rowgroup"}, scheme)),
      ...rows.map(run => runRow(run, rows.length > 1 ? best : null, worst, baseline, digits)));
  });
  fill(table, heads, bodies);
}

function layerTable(table, run) {
  const heads = [
    ["Layer", "text"], ["Shape", null, "out \u00d7 in"], ["Recipe", "text"], ["Outcome", "text"], ["Rel. error"], ["SQNR, dB"], ["Cosine"],
    ["Saturated", null, "share of weights beyond the ends of their grid"], ["Zero", null, "share of weights rounded to zero"], ["Bits", null, "stored bits per weight"],
    ["Outliers", null, "largest over median input channel"], ["Time, ms"], ["Transform", "text", "where the transform of the input stands"]];
  const digits = cosineDigits(run.layers.map(layer => layer.cosine));
  const rows = run.layers.map(layer => make("tr", {},
    make("th", {class: "text mono", scope: "row"}, layer.layer),
    make("td", {}, layer.out + " \u00d7 " + layer.in),
    make("td", {class: "text"}, run.recipe),
    make("td", {class: "text wide" + (troubled(layer.outcome.label) ? " bad" : "")}, layer.outcome.description),
    make("td", {}, error(layer.relativeOutputError)),
    make("td", {}, decibels(layer.sqnrDb, layer.relativeOutputError === 0)),
    make("td", {}, fixed(layer.cosine, digits)),
    make("td", {}, percent(layer.saturationRate)),
    make("td", {}, percent(layer.zeroRate)),
    make("td", {}, fixed(layer.bitsPerWeight, 2)),
    make("td", {}, layer.activationOutlierRatio === null ? MISSING : fixed(layer.activationOutlierRatio, 1) + " \u00d7"),
    make("td", {}, fixed(layer.millis, 0)),
    make("td", {class: "text"}, layer.placement)));
  fill(table, heads, [make("tbody", {}, ...rows)]);
}

function adviceCards(list, advice) {
  list.replaceChildren(...advice.map(item => {
    const share = make("div", {class: "share"}, make("span"));
    share.firstChild.style.width = 100 * item.errorShare + "%";
    return make("li", {},
      make("div", {}, make("h3", {}, item.layer),
        make("p", {}, "error " + error(item.relativeOutputError) + ", " + percent(item.errorShare) + " of all; "
          + percent(item.weightShare) + " of the weights"),
        share),
      make("ul", {}, ...item.recommendations.map(text => make("li", {}, text))));
  }));
  if (advice.length === 0) list.append(make("li", {}, make("p", {}, "No layer's error was measured in this run.")));
}

function definitions(list, entries) {
  list.replaceChildren(...entries.filter(([, value]) => value !== "").flatMap(([term, value]) =>
    [list.classList.contains("plain") ? [make("dt", {}, term), make("dd", {}, value)]
      : [make("div", {}, make("dt", {}, term), make("dd", {}, value))]].flat()));
}

function inputTable(table, inputs) {
  fill(table, [["Input", "text"], ["File", "text"], ["MB"], ["SHA-256", "text"]],
    [make("tbody", {}, ...inputs.map(input => make("tr", {},
      make("th", {class: "text", scope: "row"}, input.role),
      make("td", {class: "text wide"}, input.name),
      make("td", {}, fixed(input.bytes / 1e6, 2)),
      make("td", {class: "hash text"}, input.sha256))))]);
}
