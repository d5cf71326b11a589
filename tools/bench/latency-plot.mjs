// A plot of latency against what is held, both on logarithmic scales, as SVG that a page can show as it is.
import { scaleLog } from 'd3-scale';
import { line } from 'd3-shape';

const WIDTH = 860;
const HEIGHT = 460;
const MARGIN = { top: 40, right: 45, bottom: 50, left: 70 };
const COLORS = ['#0b6bcb', '#a33', '#a70', '#777'];

/** series: [{ name, points: [[held, milliseconds]], strong? }]; limit: milliseconds. */
export function latencyPlot({ title, series, limit }) {
  const all = series.flatMap(({ points }) => points);
  const x = scaleLog()
    .domain([Math.min(...all.map(([held]) => held)), Math.max(...all.map(([held]) => held))])
    .range([MARGIN.left, WIDTH - MARGIN.right]);
  const times = [...all.map(([, ms]) => ms), limit.value];
  const y = scaleLog()
    .domain([Math.min(...times) / 1.5, Math.max(...times) * 1.5])
    .range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  const parts = [
    text(MARGIN.left, 20, title, 'font-weight="bold"'),
    ...powers(x).map((value) => gridX(x(value), value)),
    ...powers(y).map((value) => gridY(y(value), value)),
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 10, 'allocations held', 'text-anchor="middle"'),
    `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(limit.value)}" y2="${y(limit.value)}" stroke="#c00" stroke-dasharray="6 4"/>`,
    text(WIDTH - MARGIN.right, y(limit.value) - 5, limit.name, 'text-anchor="end" fill="#c00"'),
    ...series.map((one, index) => drawn(one, COLORS[index % COLORS.length], x, y)),
    ...series.map(({ name }, index) =>
      text(MARGIN.left + 14, MARGIN.top + 16 + index * 18, name, `fill="${COLORS[index % COLORS.length]}"`),
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function drawn({ points, strong }, color, x, y) {
  const path = line()
    .x(([held]) => x(held))
    .y(([, ms]) => y(ms))(points);
  const dots = points.map(
    ([held, ms]) =>
      `<circle cx="${x(held)}" cy="${y(ms)}" r="${strong ? 4 : 3}" fill="${color}"><title>${held}: ${ms.toFixed(2)} ms</title></circle>`,
  );
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${strong ? 3 : 1.5}"/>${dots.join('')}`;
}

const powers = (scale) => scale.ticks().filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e9) / 1e9));

function gridX(at, value) {
  const mark = text(at, HEIGHT - MARGIN.bottom + 18, value.toLocaleString('en'), 'text-anchor="middle"');
  return `<line x1="${at}" x2="${at}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}" stroke="#ddd"/>${mark}`;
}

function gridY(at, value) {
  const mark = text(MARGIN.left - 8, at + 4, value >= 1000 ? `${value / 1000} s` : `${value} ms`, 'text-anchor="end"');
  return `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}" stroke="#ddd"/>${mark}`;
}

function text(at, from, content, more) {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${at}" y="${from}" ${more}>${safe}</text>`;
}
