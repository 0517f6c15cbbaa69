/**
 * The ways that an answer can take to this page. Each is asked with a prompt, tells { text, done, failed } what becomes
 * of it, and returns what leaves the answer.
 */
export const ways = {
  sse: { name: 'SSE', ask: askOverSse },
  websocket: { name: 'WebSocket', ask: askOverWebSocket },
};

const LOST = {
  title: 'The connection to this application was lost',
  detail: 'The answer may be incomplete. Is the application still running?',
};

/** A request of its own for each question, here and behind the application. */
function askOverSse(prompt, asker) {
  const source = new EventSource('api/chat/stream?prompt=' + encodeURIComponent(prompt));
  // Closed by us in every case: an EventSource whose stream ends asks again, and that call is billed, too
  const end = (report) => {
    source.close();
    report();
  };
  source.addEventListener('message', (event) => asker.text(JSON.parse(event.data).text));
  source.addEventListener('done', (event) => end(() => asker.done(JSON.parse(event.data))));
  // The server's event has data; the browser's own, for a connection that is lost, has none
  source.addEventListener('error', (event) => end(() => asker.failed(event.data ? JSON.parse(event.data) : LOST)));
  return () => source.close();
}

let socket = null;
let turn = 0;
let asking = null;

/** One connection for all questions, here and behind the application. */
function askOverWebSocket(prompt, asker) {
  const number = ++turn;
  asking = asker;
  const ask = () => socket.send(JSON.stringify({ turn: number, prompt }));
  if (socket?.readyState === WebSocket.OPEN) {
    ask();
  } else {
    socket ??= open();
    socket.addEventListener('open', () => turn === number && asking && ask());
  }
  return () => {
    asking = null;
    if (socket?.readyState === WebSocket.OPEN) {
      socket.send(JSON.stringify({ stop: true }));
    }
  };
}

function open() {
  const opened = new WebSocket(new URL('api/chat/socket', document.baseURI).href.replace(/^http/, 'ws'));
  opened.addEventListener('message', (event) => {
    const piece = JSON.parse(event.data);
    // What still comes of an answer that was left is nobody's
    if (piece.turn === turn && asking) {
      hear(piece);
    }
  });
  opened.addEventListener('close', () => {
    socket = null;
    const left = asking;
    asking = null;
    left?.failed(LOST);
  });
  return opened;
}

function hear({ event, data }) {
  const asker = asking;
  if (event === 'text') {
    asker.text(data.text);
    return;
  }
  asking = null;
  if (event === 'done') {
    asker.done(data);
  } else {
    asker.failed(data);
  }
}
