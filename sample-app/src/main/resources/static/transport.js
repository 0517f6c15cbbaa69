import { Chart, SPAN, paintStates } from './transport-charts.js';
import { showDemo } from './transport-play.js';
import { $, millis, numbers, pair, perSecond, sum, text } from './transport-words.js';

/** The server sends a snapshot each second; after so many milliseconds without one, something is wrong. */
const SILENCE = 5000;

/** Seconds that "of late" means in the numbers. */
const LATE = 60;

const section = (name) => document.querySelector(`[data-chart="${name}"]`);

let snapshots = [];
let points = [];
let waits = [];

let source = null;
let silence = 0;

function connect() {
  source?.close();
  source = new EventSource('api/transport/live');
  source.addEventListener('message', (event) => {
    link('live', 'Live, once a second');
    watchForSilence();
    show(JSON.parse(event.data));
  });
  source.addEventListener('error', () => {
    link('lost', 'Connection to this application lost, trying again …');
    watchForSilence();
  });
}

/** The browser tries again by itself after most errors, but neither after all of them nor after mere silence. */
function watchForSilence() {
  clearTimeout(silence);
  silence = setTimeout(() => {
    link('lost', 'No news from this application, trying again …');
    connect();
    watchForSilence();
  }, SILENCE);
}

function link(state, text) {
  if ($('link').dataset.state !== state) {
    $('link').dataset.state = state;
    $('link-text').textContent = text;
    $('status').textContent = text;
  }
}

function show(snapshot) {
  remember(snapshot);
  showDemo(snapshot.demo);
  showPool(snapshot.pool);
  showStates(snapshot);
  showCharts(snapshot);
  showCounts(snapshot);
}

function remember(snapshot) {
  const before = snapshots.at(-1);
  if (before && (snapshot.at < before.at || sum(snapshot.calls) < sum(before.calls))) {
    // Another start of the application counts from zero
    snapshots = [];
    points = [];
    waits = [];
  }
  if (snapshots.length) {
    points.push(point(snapshots.at(-1), snapshot));
  }
  snapshots.push(snapshot);
  waits.push(...snapshot.waits);
  const oldest = snapshot.at - (SPAN + 2) * 1000;
  snapshots = snapshots.filter(({ at }) => at >= oldest);
  points = points.filter(({ at }) => at * 1000 >= oldest);
  waits = waits.filter(({ at }) => at >= oldest);
}

/** What happened between two snapshots, by the second. */
function point(before, after) {
  const seconds = (after.at - before.at) / 1000;
  const rate = (name, key) => ((after[name][key] ?? 0) - (before[name][key] ?? 0)) / seconds;
  return {
    at: after.at / 1000,
    success: rate('calls', 'success'),
    error: rate('calls', 'error'),
    cancelled: rate('calls', 'cancelled'),
    retried: (sum(after.retries) - sum(before.retries)) / seconds,
    suppressed: (sum(after.suppressed) - sum(before.suppressed)) / seconds,
    pool: after.pool,
    coolDown: after.coolDown,
    breaker: worst(after.endpoints.map(({ circuitBreaker }) => circuitBreaker)),
  };
}

const worst = (states) => ['forced_open', 'open', 'half_open'].find((state) => states.includes(state)) ?? 'closed';

function showPool(pool) {
  numbers({ ...pool, evicted: undefined });
  const max = Math.max(pool.maxConnections, 1);
  // Of a large pool, a tick stands for several connections
  const per = Math.ceil(max / 100);
  const slots = Math.ceil(max / per);
  $('slots').style.setProperty('--slot', 1000 / slots);
  const ticks = (from, to, top, bottom) => {
    let path = '';
    for (let i = Math.round(from / per); i < Math.min(Math.round(to / per), slots); i++) {
      path += `M${(((i + 0.5) * 1000) / slots).toFixed(1)} ${top}V${bottom}`;
    }
    return path;
  };
  const streaming = pool.streams + pool.sessions;
  const used = streaming + pool.calls;
  const open = used + pool.idle;
  const draw = (name, path) => $('slots').querySelector(`.${name}`).setAttribute('d', path);
  draw('streams', ticks(0, pool.streams, 7, 24));
  draw('sessions', ticks(pool.streams, streaming, 7, 24));
  draw('calls', ticks(streaming, used, 7, 24));
  draw('idle', ticks(used, open, 7, 24));
  draw('free', ticks(open, max, 18, 24));
  draw('waiting', ticks(0, pool.pending, 0, 4));
  $('slots').setAttribute('aria-label', `Of ${max} connections, ${pool.streams} are used by streams, `
    + `${pool.sessions} by WebSockets, ${pool.calls} by calls, ${pool.idle} are idle; ${pool.pending} calls wait`);
}

const breakers = new Map();

function showStates({ endpoints, coolDown, at }) {
  for (const { name, circuitBreaker } of endpoints) {
    const known = breakers.get(name) ?? addBreaker(name);
    if (known.state !== circuitBreaker) {
      $('status').textContent = known.state ? `The circuit breaker of ${name} is ${words(circuitBreaker)}.` : '';
      Object.assign(known, { atLeast: known.state === null, state: circuitBreaker, since: at });
      known.element.dataset.state = circuitBreaker;
      known.element.querySelector('b').textContent = words(circuitBreaker);
    }
    known.element.querySelector('.since').textContent = since(at - known.since, known.atLeast);
  }
  numbers({ coolDown: coolDown > 0 ? `${coolDown.toFixed(1)} s` : 'none' });
  document.querySelector('[data-fact="coolDown"]').dataset.on = coolDown > 0;
}

function addBreaker(name) {
  const element = document.createElement('div');
  element.className = 'breaker';
  const state = document.createElement('p');
  state.append(document.createElement('b'));
  const time = text('p', '');
  time.className = 'since';
  element.append(text('h3', `Breaker ${name}`), state, time);
  $('breakers').append(element);
  const added = { element, state: null, since: 0 };
  breakers.set(name, added);
  return added;
}

function since(millis, atLeast) {
  if (millis < 1000) {
    return atLeast ? 'as it was found' : 'just now';
  }
  return `for ${atLeast ? 'at least ' : ''}${Math.round(millis / 1000)} s`;
}

const words = (state) => state.replace('_', '-');

const bands = (plot) => paintStates(plot, points);
const upTo = (least) => ({ range: (plot, min, max) => [0, Math.max(least, (max ?? 0) * 1.1)] });

const charts = {
  rate: new Chart(section('rate'), [
    { label: 'Answered', mark: 'streams', stroke: '--accent', fill: true },
    { label: 'Failed', mark: 'bad', stroke: '--alarm', fill: true },
    { label: 'Cancelled', mark: 'none', stroke: '--soft' },
  ], upTo(4), bands),
  connections: new Chart(section('connections'), [
    { label: 'Streams', mark: 'streams', stroke: '--accent', fill: true },
    { label: 'Idle', mark: 'none', stroke: '--soft' },
    { label: 'Waiting', mark: 'waiting', stroke: '--warn' },
    { label: 'Limit', mark: 'dash', stroke: '--soft', dash: [2, 4] },
  ], upTo(10), bands),
  waits: new Chart(section('waits'), [
    { label: 'First token', mark: 'streams dots', stroke: '--accent', dots: 'full' },
    { label: 'Longest gap', mark: 'waiting hollow', stroke: '--warn', dots: 'hollow' },
  ], { distr: 3, range: () => [10, 10000] }, bands),
  retries: new Chart(section('retries'), [
    { label: 'Retried', mark: 'waiting', stroke: '--warn', fill: true },
    { label: 'Held back', mark: 'bad dash', stroke: '--alarm', dash: [5, 4] },
  ], upTo(4), bands),
};

function showCharts({ at }) {
  const now = at / 1000;
  const times = points.map((each) => each.at);
  const column = (value) => points.map(value);
  const last = points.at(-1);
  if (last) {
    charts.rate.show(now, times, [column((p) => p.success), column((p) => p.error), column((p) => p.cancelled)],
      [perSecond(last.success), perSecond(last.error), perSecond(last.cancelled)]);
    charts.connections.show(now, times,
      [column((p) => p.pool.streams), column((p) => p.pool.idle), column((p) => p.pool.pending),
        column((p) => p.pool.maxStreams)],
      [last.pool.streams, last.pool.idle, last.pool.pending, last.pool.maxStreams]);
    charts.retries.show(now, times, [column((p) => p.retried), column((p) => p.suppressed)],
      [perSecond(last.retried), perSecond(last.suppressed)]);
  }
  showWaits(now);
}

function showWaits(now) {
  const late = waits.filter(({ at }) => at / 1000 > now - LATE);
  const first = sorted(late.map(({ firstToken }) => firstToken));
  const gap = sorted(late.map(({ tokenGap }) => tokenGap).filter((value) => value !== null));
  numbers({
    firstToken: millis(quantile(first, 0.5)),
    firstToken95: millis(quantile(first, 0.95)),
    tokenGap: millis(quantile(gap, 0.5)),
    tokenGap95: millis(quantile(gap, 0.95)),
  });
  const visible = (value) => (value === null ? null : Math.min(Math.max(value, 10), 10000));
  charts.waits.show(now, waits.map(({ at }) => at / 1000),
    [waits.map(({ firstToken }) => visible(firstToken)), waits.map(({ tokenGap }) => visible(tokenGap))],
    [upToMillis(first), upToMillis(gap)]);
}

const upToMillis = (values) => (values.length ? `≤ ${millis(values.at(-1))}` : '–');

const sorted = (values) => values.sort((a, b) => a - b);

function quantile(values, share) {
  return values.length ? values[Math.max(0, Math.ceil(values.length * share) - 1)] : null;
}

function showCounts(snapshot) {
  const before = snapshots.find(({ at }) => at > snapshot.at - LATE * 1000) ?? snapshot;
  for (const list of document.querySelectorAll('[data-counts]')) {
    const of = ({ failures, retries, suppressed, pool }) =>
      ({ failures, retries, suppressed, evicted: pool.evicted })[list.dataset.counts];
    list.replaceChildren(...rows(of(snapshot), of(before)));
  }
  $('endpoints').replaceChildren(...snapshot.endpoints.map(endpoint));
}

function rows(now, before) {
  const found = Object.entries(now).filter(([, number]) => number > 0).map(([name, number]) => {
    const late = number - (before[name] ?? 0);
    const row = pair(name, late > 0 ? `+${late}` : '');
    row.append(text('dd', number));
    row.classList.toggle('fresh', late > 0);
    return row;
  });
  return found.length ? [head(), ...found] : [none()];
}

function head() {
  const row = pair('', 'last minute');
  row.className = 'head';
  row.append(text('dd', 'total'));
  return row;
}

function none() {
  const row = pair('none so far', '');
  row.className = 'none';
  return row;
}

function endpoint({ name, circuitBreaker, state, attempts, failures }) {
  const list = document.createElement('dl');
  list.append(pair(name, state), pair('breaker', words(circuitBreaker)), pair('answered', attempts.success ?? 0),
    pair('failed', attempts.error ?? 0), pair('cancelled', attempts.cancelled ?? 0),
    ...Object.entries(failures).map(([kind, number]) => pair(kind, number)));
  return list;
}

connect();
watchForSilence();
