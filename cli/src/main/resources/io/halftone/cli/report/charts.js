const INKS = {
  light: ["#2b66b1", "#1f8a63", "#b87700", "#7557b8", "#12899b", "#b5532a", "#647f1c", "#8a5f7d", "#3f4f9c", "#8d6b2f"],
  dark: ["#7fb2f0", "#63cfa1", "#eab54d", "#b9a0f2", "#5fcfdf", "#f0966b", "#b3cf6a", "#d7a6c8", "#9fb0ff", "#d3b273"]};
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow"];

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// One colour a recipe in all charts: grey for plain rounding, the accent for the best.
function inks(runs, best) {
  const palette = INKS[document.documentElement.dataset.theme];
  const colours = new Map();
  let next = 0;
  for (const recipe of new Set(runs.map(run => run.recipe))) {
    colours.set(recipe, recipe === best ? css("--accent") : recipe === "rtn" ? css("--soft") : palette[next++ % palette.length]);
  }
  return colours;
}

function axis(name, more) {
  return Object.assign({
    name, nameTextStyle: {color: css("--soft"), fontSize: 13}, axisLabel: {color: css("--soft"), fontSize: 12},
    axisLine: {show: true, lineStyle: {color: css("--soft")}}, axisTick: {lineStyle: {color: css("--soft")}},
    splitLine: {lineStyle: {color: css("--rule")}}}, more);
}

const base = () => ({
  animation: false, textStyle: {fontFamily: getComputedStyle(document.body).fontFamily, color: css("--ink")},
  aria: {enabled: true},
  tooltip: {backgroundColor: css("--sheet"), borderColor: css("--rule"), textStyle: {color: css("--ink"), fontSize: 13}, confine: true},
  legend: {type: "scroll", top: 0, left: 0, textStyle: {color: css("--ink"), fontSize: 13}, inactiveColor: css("--rule"),
    pageTextStyle: {color: css("--soft")}, pageIconColor: css("--ink"), itemWidth: 22, itemHeight: 9}});

const drawn = new Map();

function draw(id, option) {
  if (!drawn.has(id)) drawn.set(id, echarts.init(byId(id), null, {renderer: "svg"}));
  drawn.get(id).setOption(option, {notMerge: true});
}

function layerChart(id, runs, scheme, measure, best) {
  const shown = runs.filter(run => run.scheme === scheme && run.layers.length > 0);
  const names = [...new Set(shown.flatMap(run => run.layers.map(layer => layer.layer)))];
  const short = shortNames(names);
  const baseline = new Map((shown.find(run => run.recipe === "rtn")?.layers ?? []).map(layer => [layer.layer, layer.sqnrDb]));
  const gain = measure === "gain" && baseline.size > 0;
  const colours = inks(runs, best);
  const value = layer => {
    if (!layer || layer.sqnrDb === null) return null;
    return gain ? layer.sqnrDb - (baseline.get(layer.layer) ?? NaN) : layer.sqnrDb;
  };
  const option = base();
  option.grid = {left: 56, right: 16, top: 64, bottom: 12, containLabel: false};
  const longest = Math.max(...short.map(name => name.length), 1);
  option.grid.bottom = Math.round(20 + Math.min(26, longest) * 5.6);
  option.xAxis = axis("", {type: "category", data: short, axisTick: {alignWithLabel: true, lineStyle: {color: css("--soft")}},
    axisLabel: {color: css("--soft"), fontSize: 11.5, rotate: names.length > 8 ? 60 : 0, interval: Math.ceil(names.length * 16 / byId(id).clientWidth) - 1}});
  option.yAxis = axis(gain ? "dB over rtn" : "SQNR, dB", {type: "value", scale: true, nameLocation: "end",
    nameTextStyle: {color: css("--soft"), fontSize: 13, align: "left", padding: [0, 0, 4, -44]}});
  option.tooltip = Object.assign(option.tooltip, {trigger: "axis", order: "valueDesc", axisPointer: {lineStyle: {color: css("--soft")}},
    formatter: items => "<b>" + escaped(names[items[0].dataIndex]) + "</b><br>" + items.filter(item => item.value !== null
      && item.value !== undefined).map(item => item.marker + escaped(item.seriesName) + "&ensp;<b>" + item.value.toFixed(1) + "</b>").join("<br>")});
  option.series = shown.map((run, i) => {
    const of = new Map(run.layers.map(layer => [layer.layer, layer]));
    const first = run.recipe === best, plain = run.recipe === "rtn";
    return {name: run.recipe, type: "line", data: names.map(name => value(of.get(name))), color: colours.get(run.recipe),
      symbol: SYMBOLS[i % 5], symbolSize: first ? 7 : 4, z: first ? 5 : 2, emphasis: {focus: "series"},
      lineStyle: {width: first ? 3 : plain ? 1.8 : 1.2, type: plain ? "dashed" : "solid"}};
  });
  draw(id, option);
}

// The runs that no other beats on both bits and error, from few bits to many.
function frontier(runs) {
  let least = Infinity;
  return [...runs].sort((a, b) => a.bitsPerWeight - b.bitsPerWeight || byError(a, b)).filter(run => {
    const better = run.meanRelativeOutputError < least;
    if (better) least = run.meanRelativeOutputError;
    return better;
  });
}

// Gridlines of a logarithmic axis at 1, 2 and 5 times the powers of ten.
function logTicks(min, max) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
    ticks.push(...[1, 2, 5].map(step => step * 10 ** power).filter(tick => tick >= min * 0.999 && tick <= max * 1.001));
  }
  return ticks;
}

// Heights for the labels of one column, in order: a line apart, within the chart, as near their points as that allows.
function spread(wanted, line, height) {
  const groups = [];
  const top = group => Math.max(line / 2, Math.min(height - line * (group.count - 0.5), group.sum / group.count - (group.count - 1) * line / 2));
  for (const y of wanted) {
    groups.push({sum: y, count: 1});
    while (groups.length > 1 && top(groups.at(-1)) < top(groups.at(-2)) + groups.at(-2).count * line) {
      const last = groups.pop();
      groups.at(-1).sum += last.sum;
      groups.at(-1).count += last.count;
    }
  }
  return groups.flatMap(group => Array.from({length: group.count}, (_, i) => top(group) + i * line));
}

// Label places right of the points, kept apart: points closer in bits than a label is wide share a column.
function labelPlaces(points, height, toX, toY, fromX, fromY) {
  const columns = [];
  for (const point of [...points].sort((a, b) => a.value[0] - b.value[0])) {
    const column = columns.at(-1);
    if (column && toX(point.value[0]) - toX(column[0].value[0]) < 120) column.push(point);
    else columns.push([point]);
  }
  return columns.flatMap(column => {
    const sorted = column.sort((a, b) => b.value[1] - a.value[1]);
    const right = Math.max(...sorted.map(point => toX(point.value[0]))) + 34;
    const heights = spread(sorted.map(point => toY(point.value[1])), 17, height);
    return sorted.map((point, i) => ({...point, from: point.value, value: [fromX(right), fromY(heights[i])]}));
  });
}

function tradeChart(id, runs, best) {
  const shown = runs.filter(run => run.meanRelativeOutputError > 0 && run.bitsPerWeight !== null);
  const colours = inks(runs, best);
  const bits = shown.map(run => run.bitsPerWeight), errors = shown.map(run => run.meanRelativeOutputError);
  const narrow = byId(id).clientWidth < 700;
  const grid = {left: 72, right: narrow ? 90 : 24, top: 68, bottom: 52};
  const width = byId(id).clientWidth - grid.left - grid.right, height = byId(id).clientHeight - grid.top - grid.bottom;
  const minX = Math.floor(Math.min(...bits) * 2 - 0.4) / 2, maxX = Math.ceil(Math.max(...bits) * 2 + 1) / 2;
  const minY = 10 ** (Math.log10(Math.min(...errors)) - 0.18), maxY = 10 ** (Math.log10(Math.max(...errors)) + 0.18);
  const span = Math.log(maxY / minY);
  const places = labelPlaces(shown.map(run => ({name: run.recipe, value: [run.bitsPerWeight, run.meanRelativeOutputError]})), height,
    x => (x - minX) / (maxX - minX) * width, y => Math.log(maxY / y) / span * height,
    x => minX + x / width * (maxX - minX), y => maxY * Math.exp(-y / height * span));
  const option = base();
  option.grid = grid;
  option.legend.data = schemes(shown);
  option.legend.itemStyle = {color: css("--soft")};
  Object.assign(option.legend, {selectedMode: false, itemWidth: 11, itemHeight: 11});
  option.xAxis = axis("bits per weight", {type: "value", nameLocation: "middle", nameGap: 30, min: minX, max: maxX});
  option.yAxis = axis("mean relative output error", {type: "log", min: minY, max: maxY, axisTick: {show: false}, splitLine: {show: false},
    axisLabel: {show: false}, nameTextStyle: {color: css("--soft"), fontSize: 13, align: "left", padding: [0, 0, 4, -60]}});
  option.tooltip.formatter = item => "<b>" + escaped(item.name) + "</b> " + escaped(item.seriesName) + "<br>"
    + item.value[0].toFixed(3) + " bits per weight<br>relative output error " + error(item.value[1]);
  option.markLine = {z: 0};
  const thread = {type: "line", silent: true, showSymbol: false, tooltip: {show: false}};
  option.series = [
    {...thread, z: 1, lineStyle: {color: css("--soft"), type: [4, 4], width: 1.2},
      data: frontier(shown).map(run => [run.bitsPerWeight, run.meanRelativeOutputError]),
      markLine: {silent: true, symbol: "none", precision: 12, lineStyle: {color: css("--rule"), type: "solid", width: 1},
        label: {position: "start", color: css("--soft"), fontSize: 12, formatter: line => error(line.value)},
        data: logTicks(minY, maxY).map(tick => ({yAxis: tick}))}},
    {...thread, z: 2, lineStyle: {color: css("--soft"), opacity: 0.5, width: 1},
      data: places.flatMap(place => [place.from, place.value, [null, null]])},
    {type: "scatter", silent: true, symbolSize: 0.01, clip: false, itemStyle: {opacity: 1}, tooltip: {show: false}, data: places.map(place => ({value: place.value, name: place.name,
      label: {color: colours.get(place.name), fontWeight: place.name === best ? 700 : 400}})),
      label: {show: true, position: "right", distance: 2, padding: [1, 3], backgroundColor: css("--paper"), fontSize: 12.5, formatter: item => item.name}},
    ...schemes(shown).map((scheme, i) => ({name: scheme, type: "scatter", symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 11, z: 3,
      data: shown.filter(run => run.scheme === scheme).map(run => ({value: [run.bitsPerWeight, run.meanRelativeOutputError],
        name: run.recipe, itemStyle: {color: colours.get(run.recipe), opacity: 1}}))}))];
  draw(id, option);
}

// The plate is a halftone print of the result: one dot a layer, one row a recipe, area as large as the error.
function plate(box, runs) {
  const rows = runs.filter(run => run.layers.length > 0).sort((a, b) => byError(b, a)).slice(-12);
  if (rows.length === 0) return "";
  const columns = Math.min(72, Math.max(...rows.map(run => run.layers.length)));
  const worstIn = (run, column) => {
    const from = Math.floor(column * run.layers.length / columns), to = Math.ceil((column + 1) * run.layers.length / columns);
    return Math.max(...run.layers.slice(from, to).map(layer => layer.relativeOutputError ?? 0));
  };
  const cells = rows.map(run => Array.from({length: columns}, (_, column) => worstIn(run, column)));
  const sorted = cells.flat().sort((a, b) => a - b);
  const full = sorted[Math.floor(0.97 * (sorted.length - 1))] || sorted[sorted.length - 1] || 1;
  const left = 126, width = 560, step = (width - left - 8) / columns, line = Math.max(19, Math.min(30, step * 1.7));
  const svg = make("svg", {viewBox: "0 0 " + width + " " + (rows.length * line + 4), role: "img",
    "aria-label": "Relative output error by recipe and layer"});
  cells.forEach((row, r) => {
    const y = (r + 0.5) * line + 2;
    const group = make("g", {class: rows.length > 1 && r === rows.length - 1 ? "best" : null},
      make("text", {x: left - 14, y: y + 4, "text-anchor": "end"}, rows[r].recipe));
    row.forEach((value, c) => {
      const radius = Math.sqrt(Math.min(1.6, value / full)) * Math.min(step, line) * 0.62;
      if (radius > 0.05) group.append(make("circle", {cx: (left + (c + 0.5) * step).toFixed(1), cy: y.toFixed(1), r: radius.toFixed(2)}));
    });
    svg.append(group);
  });
  box.replaceChildren(svg);
  return rows[0].scheme + ": a dot is a layer, its area the error it suffers under the recipe of its row.";
}
