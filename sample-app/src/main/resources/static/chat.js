import { ways } from './chat-ways.js';

const log = document.getElementById('log');
const form = document.getElementById('ask');
const prompt = document.getElementById('prompt');
const send = document.getElementById('send');
const stop = document.getElementById('stop');
const status = document.getElementById('status');

let running = null;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = prompt.value.trim();
  if (text && !running) {
    prompt.value = '';
    ask(text);
  }
});

prompt.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && running) {
    running.stop();
  }
});

stop.addEventListener('click', () => running?.stop());

document.querySelectorAll('.example').forEach((example) => {
  example.addEventListener('click', () => running || ask(example.textContent));
});

function ask(text) {
  document.getElementById('welcome')?.remove();
  const way = ways[form.elements.way.value];
  const turn = new Turn(text, way.name);
  const end = (report, spoken) => {
    report();
    running = null;
    stop.hidden = true;
    send.hidden = false;
    if (matchMedia('(pointer: fine)').matches) {
      // On a phone, a focus would open the keyboard over the answer
      prompt.focus();
    }
    status.textContent = spoken;
  };
  const leave = way.ask(text, {
    text: (part) => turn.add(part),
    done: (data) => end(() => turn.done(data), 'The answer is complete.'),
    failed: (problem) => end(() => turn.fail(problem), 'The answer failed.'),
  });

  running = {
    stop: () => {
      leave();
      end(() => turn.stopped(), 'Stopped.');
    },
  };
  send.hidden = true;
  stop.hidden = false;
  status.textContent = 'Waiting for the first token.';
}

/** One prompt, its answer, and how the answer came. */
class Turn {

  constructor(text, way) {
    const article = document.getElementById('turn').content.cloneNode(true).firstElementChild;
    const part = (selector) => article.querySelector(selector);
    this.answer = part('.answer');
    this.problem = part('.problem');
    this.svg = part('svg');
    this.wait = part('.wait');
    this.ticks = part('.ticks');
    this.stats = Object.fromEntries([...article.querySelectorAll('[data-stat]')].map((dd) => [dd.dataset.stat, dd]));
    part('.prompt').textContent = text;
    this.stats.way.textContent = way;
    this.answer.setAttribute('aria-busy', 'true');
    this.arrivals = [];
    this.began = performance.now();
    log.append(article);
    article.scrollIntoView({ block: 'start' });
    this.clock = setInterval(() => this.draw(), 100);
  }

  elapsed() {
    return performance.now() - this.began;
  }

  add(text) {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    this.arrivals.push(this.elapsed());
    this.answer.append(text);
    this.stats.tokens.textContent = this.arrivals.length;
    if (this.arrivals.length === 1) {
      this.stats.first.textContent = millis(this.arrivals[0]);
      status.textContent = 'The answer has begun.';
    }
    if (atEnd) {
      log.scrollTop = log.scrollHeight;
    }
  }

  draw() {
    const now = this.elapsed();
    const scale = 1000 / Math.max(now, 1);
    const first = this.arrivals[0] ?? now;
    this.wait.setAttribute('width', first * scale);
    this.ticks.setAttribute('d', this.arrivals.map((at) => `M${(at * scale).toFixed(1)} 0V10`).join(''));
    this.stats.time.textContent = `${(now / 1000).toFixed(1)} s`;
    if (this.arrivals.length > 1) {
      const seconds = (this.arrivals.at(-1) - first) / 1000;
      const pace = (this.arrivals.length - 1) / Math.max(seconds, 0.001);
      this.stats.pace.textContent = `${pace.toFixed(pace < 10 ? 1 : 0)}/s`;
    }
  }

  close(end, model = '–') {
    clearInterval(this.clock);
    this.draw();
    this.stats.time.textContent = millis(this.elapsed());
    this.answer.setAttribute('aria-busy', 'false');
    this.svg.setAttribute('aria-label',
      `${this.arrivals.length} tokens in ${this.stats.time.textContent}, the first after ${this.stats.first.textContent}`);
    for (const stat of ['first', 'pace']) {
      if (this.stats[stat].textContent === '…') {
        this.stats[stat].textContent = '–';
      }
    }
    this.stats.model.textContent = model;
    this.stats.end.textContent = end;
  }

  done({ model, finishReason, usage }) {
    if (usage) {
      // What is billed; the number so far was that of the events
      this.stats.tokens.textContent = `${usage.outputTokens} out, ${usage.inputTokens} in`;
    }
    this.close(finishReason || 'complete', model || '–');
  }

  stopped() {
    this.close('stopped');
  }

  fail(problem) {
    this.problem.hidden = false;
    this.problem.querySelector('h4').textContent = problem.title ?? 'The answer failed';
    this.problem.querySelector('p').textContent = problem.detail ?? '';
    const facts = {
      Status: problem.status,
      Kind: problem.kind,
      Stage: problem.stage,
      'Worth a retry': problem.retryable === undefined ? undefined : (problem.retryable ? 'yes' : 'no'),
      'Retry after': problem.retryAfter === undefined ? undefined : `${problem.retryAfter} s`,
      'Request id': problem.requestId,
    };
    const list = this.problem.querySelector('dl');
    for (const [name, value] of Object.entries(facts)) {
      if (value !== undefined) {
        const pair = document.createElement('div');
        pair.append(element('dt', name), element('dd', value));
        list.append(pair);
      }
    }
    this.close('failed');
    this.problem.scrollIntoView({ block: 'nearest' });
  }

}

function element(name, text) {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}

function millis(time) {
  return time < 1000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`;
}
