const page = JSON.parse(byId("data").textContent);
const {report} = page;
const runs = report.results;
const bestRun = runs[page.best];
const state = {scheme: bestRun ? bestRun.scheme : runs[0]?.scheme, measure: "absolute"};

function choices(box, options, key) {
  box.replaceChildren(...options.map(([value, label]) => {
    const button = make("button", {type: "button", "aria-pressed": String(state[key] === value)}, label);
    button.addEventListener("click", () => { state[key] = value; choices(box, options, key); charts(); });
    return button;
  }));
}

function selectRun(select, index, change) {
  const named = runs.map((run, i) => [i, run]);
  select.replaceChildren(...schemes(runs).map(scheme => {
    const group = make("optgroup", {label: scheme});
    group.append(...named.filter(([, run]) => run.scheme === scheme).map(([i, run]) =>
      make("option", {value: i, selected: i === index ? "" : null}, run.recipe + ", " + scheme)));
    return group;
  }));
  select.addEventListener("change", () => change(Number(select.value)));
  if (runs.length > 0) change(index);
}

function charts() {
  if (typeof echarts === "undefined") return;
  const best = bestRun?.recipe;
  const measured = runs.filter(run => run.layers.length > 0);
  byId("layers-chart").hidden = measured.length === 0;
  byId("trade").hidden = runs.filter(run => run.meanRelativeOutputError > 0).length < 2;
  if (measured.length > 0) layerChart("sqnr", runs, state.scheme, state.measure, best);
  if (!byId("trade").hidden) tradeChart("pareto", runs, best);
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  byId("theme").lastElementChild.textContent = name === "dark" ? "Light" : "Dark";
  charts();
}

function themes() {
  const current = () => document.documentElement.dataset.theme;
  byId("theme").addEventListener("click", () => theme(current() === "dark" ? "light" : "dark"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", system => theme(system.matches ? "dark" : "light"));
  theme(current());
}

function hero() {
  const {summary, provenance} = report;
  document.title = report.title;
  byId("title").textContent = report.title;
  byId("headline").textContent = page.headline;
  byId("created").textContent = report.created.replace("T", " ").replace(/(:\d\d)(\.\d+)?Z$/, "$1 UTC");
  definitions(byId("facts"), [
    ["Model", summary.model], ["Linear layers", whole(summary.layers)], ["Weights in them", count(summary.weights)],
    ["Calibration tokens", whole(summary.calibrationTokens)], ["Held-out tokens", whole(summary.heldOutTokens)],
    ["Total time", duration(summary.seconds)], ["Machine", provenance.os + ", " + provenance.arch], ["JVM", provenance.jvm],
    ["Kernels", provenance.kernels]]);
  byId("measured-on").textContent = summary.heldOutTokens > 0
    ? "held-out text that calibrated nothing"
    : "the calibration inputs themselves, so solvers look a little better than they are";
  byId("plate-caption").textContent = plate(byId("plate"), runs.filter(run => run.scheme === state.scheme));
}

function provenance() {
  const p = report.provenance;
  definitions(byId("environment"), [
    ["Halftone", p.halftone], ["JVM", p.jvm], ["Operating system", p.os], ["Architecture", p.arch], ["Runtime", p.runtime],
    ["Kernels", p.kernels], ["Linear algebra", p.algebra], ["Threads", p.threads], ["Seed", p.seed]]);
  inputTable(byId("inputs"), p.inputs);
  byId("recipe-box").hidden = p.recipes.length === 0;
  byId("recipe-texts").replaceChildren(...p.recipes.flatMap(recipe =>
    [make("h4", {}, recipe.recipe + ", " + recipe.scheme), make("pre", {tabindex: 0}, JSON.stringify(recipe.json, null, 2))]));
}

hero();
byId("advice").hidden = byId("per-layer").hidden = runs.length === 0;
recipeTable(byId("runs"), runs);
provenance();
const start = Math.max(0, page.best);
selectRun(byId("advice-run"), start, index => adviceCards(byId("cards"), page.advice[index]));
selectRun(byId("table-run"), start, index => layerTable(byId("layers"), runs[index]));
const measuredSchemes = schemes(runs.filter(run => run.layers.length > 0));
choices(byId("layer-scheme"), measuredSchemes.map(scheme => [scheme, scheme]), "scheme");
choices(byId("layer-measure"),
  runs.some(run => run.recipe === "rtn") && runs.length > 1 ? [["absolute", "decibels"], ["gain", "gain over rtn"]] : [["absolute", "decibels"]], "measure");
themes();
addEventListener("resize", () => { drawn.forEach(chart => chart.resize()); charts(); });
