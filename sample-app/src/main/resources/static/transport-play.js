import { $, numbers } from './transport-words.js';

const buttons = [...document.querySelectorAll('[data-mischief]')];
const load = $('load');

// What the visitor just did is not undone by a snapshot that was on its way
let heldUntil = 0;

/** Shows what the mock is told to do, or that there is none. */
export function showDemo(demo) {
  $('play').hidden = !demo;
  $('real').hidden = !!demo;
  if (!demo) {
    return;
  }
  numbers({ inFlight: demo.inFlight });
  if (performance.now() > heldUntil) {
    load.value = demo.load;
    $('load-value').textContent = demo.load;
    press(demo.mischief);
  }
}

function press(mischief) {
  buttons.filter((button) => !button.classList.contains('once'))
    .forEach((button) => button.setAttribute('aria-pressed', button.dataset.mischief === mischief));
}

buttons.forEach((button) => button.addEventListener('click', () => {
  const { mischief } = button.dataset;
  if (!button.classList.contains('once')) {
    hold();
    press(mischief);
  }
  post('mischief', { mischief });
}));

load.addEventListener('input', () => {
  hold();
  $('load-value').textContent = load.value;
});
load.addEventListener('change', () => {
  hold();
  post('load', { calls: Number(load.value) });
});

function hold() {
  heldUntil = performance.now() + 1500;
}

let sent = Promise.resolve();

/** One after another: of two at a time, the first could arrive last. */
function post(path, body) {
  sent = sent.then(() => send(path, body));
}

async function send(path, body) {
  hold();
  try {
    const response = await fetch(`api/transport/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    complain(response.ok ? null : await response.json());
  } catch {
    complain({ title: 'This application was not reached', detail: 'Is it still running?' });
  }
}

function complain(problem) {
  $('problem').hidden = !problem;
  $('problem').querySelector('h4').textContent = problem?.title ?? '';
  $('problem').querySelector('p').textContent = problem?.detail ?? '';
}
