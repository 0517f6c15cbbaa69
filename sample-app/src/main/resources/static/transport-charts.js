import uPlot from './webjars/uplot/1.6.30/dist/uPlot.esm.js';

/** Seconds that the charts show. */
export const SPAN = 120;

const HEIGHT = 160;

/** Milliseconds that the logarithmic axis names. */
const DECADES = [10, 100, 1000, 10000];

const style = getComputedStyle(document.documentElement);
const color = (name, alpha = '') => style.getPropertyValue(name).trim() + alpha;
const font = () => `11px ${style.getPropertyValue('--mono')}`;

/** A chart of the last two minutes, with a legend that tells its latest values as text. */
export class Chart {

  /**
   * @param figure where it is shown
   * @param lines what it shows: label, color, and dash, fill or dots
   * @param scale range of the values, and whether it is logarithmic
   * @param bands paints the background, given the plot
   */
  constructor(figure, lines, scale, bands) {
    this.values = legend(figure.querySelector('figcaption'), lines);
    const box = document.createElement('div');
    box.className = 'plot';
    // The legend says the same in words
    box.setAttribute('aria-hidden', 'true');
    figure.append(box);
    this.now = 0;
    this.plot = new uPlot({
      width: box.clientWidth,
      height: HEIGHT,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: () => [this.now - SPAN, this.now] }, y: scale },
      axes: [xAxis(), yAxis(scale)],
      series: [{}, ...lines.map(series)],
      hooks: { drawClear: [bands] },
    }, [[], ...lines.map(() => [])], box);
    new ResizeObserver(() => this.plot.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.plot.redraw());
  }

  show(now, times, columns, texts) {
    this.now = now;
    this.plot.setData([times, ...columns]);
    texts.forEach((text, i) => {
      this.values[i].textContent = text;
    });
  }

}

/** Paints the times in which the circuit breaker was not closed, or calls had to cool down. */
export function paintStates(plot, points) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (let i = 1; i < points.length; i++) {
    const from = plot.valToPos(points[i - 1].at, 'x', true);
    const width = plot.valToPos(points[i].at, 'x', true) - from;
    const shade = { open: ['--alarm', '2b'], forced_open: ['--alarm', '2b'], half_open: ['--warn', '38'] }[points[i].breaker];
    if (shade) {
      ctx.fillStyle = color(...shade);
      ctx.fillRect(from, bbox.top, width, bbox.height);
    }
    if (points[i].coolDown > 0) {
      ctx.fillStyle = color('--warn');
      ctx.fillRect(from, bbox.top, width + 1, 3 * devicePixelRatio);
    }
  }
  ctx.restore();
}

function legend(caption, lines) {
  const list = document.createElement('dl');
  const values = lines.map(({ label, mark }) => {
    const pair = document.createElement('div');
    pair.className = `key ${mark}`;
    const term = document.createElement('dt');
    const value = document.createElement('dd');
    term.textContent = label;
    value.textContent = '–';
    pair.append(term, value);
    list.append(pair);
    return value;
  });
  caption.append(list);
  return values;
}

function series({ stroke, dash, fill, dots }) {
  if (dots) {
    return {
      stroke: () => color(stroke),
      paths: () => null,
      points: { show: true, size: dots === 'hollow' ? 5 : 4, width: 1, stroke: () => color(stroke),
        fill: () => (dots === 'hollow' ? 'transparent' : color(stroke)) },
    };
  }
  return {
    stroke: () => color(stroke),
    fill: fill ? () => color(stroke, '22') : undefined,
    width: 1.75,
    dash,
    points: { show: false },
  };
}

function xAxis() {
  return {
    stroke: () => color('--soft'),
    font: font(),
    size: 26,
    grid: { show: false },
    ticks: { stroke: () => color('--line'), size: 5, width: 1 },
    splits: (plot, axis, min, max) => [min, min + SPAN / 4, min + SPAN / 2, min + (SPAN * 3) / 4, max],
    values: (plot, splits) => splits.map((at) => (at === splits.at(-1) ? 'now' : `−${Math.round(splits.at(-1) - at)} s`)),
  };
}

function yAxis(scale) {
  return {
    stroke: () => color('--soft'),
    font: font(),
    size: 44,
    grid: { stroke: () => color('--line'), width: 1 },
    ticks: { show: false },
    space: 24,
    ...(scale.distr === 3 ? { splits: () => DECADES, values: () => DECADES.map(decade), filter: () => DECADES } : {}),
  };
}

function decade(millis) {
  return millis < 1000 ? `${millis} ms` : `${millis / 1000} s`;
}
