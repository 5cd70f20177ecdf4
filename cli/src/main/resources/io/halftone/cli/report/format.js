// Numbers and names as people read them. A null number was not measured.
const MISSING = "\u2013";

const fixed = (value, digits) => value === null ? MISSING
  : value.toLocaleString("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits});

const whole = value => fixed(value, 0);

function error(value) {
  if (value === null) return MISSING;
  if (value === 0) return "0";
  if (value < 1e-5) return value.toExponential(1).replace("e-", "e\u2212");
  return value.toFixed(Math.min(8, Math.max(2, 2 - Math.floor(Math.log10(value)))));
}

// Cosines differ in their distance from one: digits follow the closest of those shown together.
const cosineDigits = values => {
  const gap = Math.min(...values.filter(v => v !== null && v < 1).map(v => 1 - v), 0.1);
  return Math.min(7, Math.max(4, 1 - Math.floor(Math.log10(gap))));
};

const decibels = (value, exact) => value === null ? (exact ? "exact" : MISSING) : fixed(value, 1);

const percent = (value, digits = 1) => value === null ? MISSING : fixed(100 * value, digits) + " %";

const megabytes = bytes => bytes === 0 ? MISSING : fixed(bytes / 1e6, 1);

const duration = seconds => {
  if (seconds < 100) return fixed(seconds, 1) + " s";
  return Math.floor(seconds / 60) + " min " + Math.round(seconds % 60) + " s";
};

const count = value => value < 1e5 ? whole(value) : fixed(value / 1e6, 1) + " million";

// Shortens layer names for axes: the block's number and those words that tell a block's layers apart.
function shortNames(names) {
  const split = names.map(name => name.split(/[./]+/).filter(part => part !== ""));
  const kindOf = parts => parts.filter(part => !/^\d+$/.test(part));
  const distinct = () => new Set(split.map(parts => parts.join("."))).size;
  const kindsWith = word => new Set(split.filter(parts => parts.includes(word)).map(parts => kindOf(parts).join("."))).size;
  const words = [...new Set(split.flatMap(kindOf))].map(word => [word, kindsWith(word)])
    .filter(([word, kinds]) => kinds > 1 || split.every(parts => parts.includes(word))).sort((a, b) => b[1] - a[1]);
  for (const [word] of words) {
    const before = split.map(parts => parts.slice());
    const size = distinct();
    split.forEach((parts, i) => { split[i] = parts.filter(part => part !== word); });
    if (distinct() < size || split.some(parts => kindOf(parts).length === 0)) {
      before.forEach((parts, i) => { split[i] = parts; });
    }
  }
  return split.map((parts, i) => {
    const block = parts.find(part => /^\d+$/.test(part));
    const kind = kindOf(parts).join(".");
    const name = block === undefined ? kind : block + " " + kind;
    return name.length > 26 ? name.slice(0, 12) + "\u2026" + name.slice(-13) : name || names[i];
  });
}

// Elements are made, never parsed: no text of the data is read as HTML.
function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "circle", "g", "text", "title"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null).map(child => child instanceof Node ? child : String(child)));
  return element;
}

const byId = id => document.getElementById(id);

const escaped = text => text.replace(/[&<>"']/g, c => "&#" + c.charCodeAt(0) + ";");
