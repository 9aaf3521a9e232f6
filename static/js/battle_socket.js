/*
 * Keeps one websocket open for the battle and passes its events on, in order, as "battle:event" on #battle.
 *
 * The server numbers its events per connection. When a number is missing, deltas are held back until a
 * snapshot has come, so that a pane never shows text with a hole in it. Other files ask for a snapshot with
 * "battle:resync" and end the connection with "battle:close".
 */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;
const QUIET_TIME = 1_000;
const REFUSED = 4_400; // The server closes with 4400 and above when it will not have us back,
const BUSY = 4_429; // but with this one when it will after the seconds that it names.

const battle = document.getElementById("battle");
const notice = document.getElementById("battle-connection");

let socket = null;
let finished = false;
let failures = 0;
let lastSeq = 0;
let awaitingSnapshot = false;
let reconnectTimer = 0;
let noticeTimer = 0;

const tell = (name, detail) => battle.dispatchEvent(new CustomEvent(name, { detail }));

const isOpen = () => socket !== null && socket.readyState === WebSocket.OPEN;

const askForSnapshot = () => {
  if (isOpen()) {
    awaitingSnapshot = true;
    socket.send(JSON.stringify({ type: "snapshot" }));
  }
};

const receive = (event) => {
  const inOrder = event.seq === lastSeq + 1;
  lastSeq = event.seq;
  if (event.type === "battle.snapshot") {
    awaitingSnapshot = false;
  } else if (!inOrder && !awaitingSnapshot) {
    askForSnapshot();
  }
  if (!(awaitingSnapshot && event.type === "turn.delta")) {
    tell("battle:event", event);
  }
};

const showNotice = () => {
  notice.textContent = battle.dataset.sayLost;
};

const clearNotice = () => {
  clearTimeout(noticeTimer);
  noticeTimer = 0;
  notice.textContent = "";
};

/* Half of the delay is random, so that a thousand browsers do not come back in the same instant. */
const nextDelay = () => Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures) * (0.5 + Math.random() / 2);

const waitAskedFor = ({ code, reason }) => (code === BUSY ? 1_000 * (Number(reason) || 30) : 0);

const lose = (event) => {
  if (finished || event.target !== socket) {
    return;
  }
  socket = null;
  if (event.code >= REFUSED && event.code !== BUSY) {
    finished = true;
    clearNotice();
    tell("battle:refresh");
    return;
  }
  noticeTimer ||= setTimeout(showNotice, QUIET_TIME);
  reconnectTimer = setTimeout(connect, nextDelay() + waitAskedFor(event));
  failures += 1;
  if (failures > 1 || event.code === BUSY) {
    tell("battle:refresh"); // Where websockets are blocked, the page still moves on.
  }
};

const connect = () => {
  clearTimeout(reconnectTimer);
  if (finished || socket !== null) {
    return;
  }
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  lastSeq = 0;
  awaitingSnapshot = true; // The server begins with one.
  socket = new WebSocket(`${scheme}//${location.host}${battle.dataset.socket}`);
  socket.addEventListener("message", (message) => {
    failures = 0;
    clearNotice();
    receive(JSON.parse(message.data));
  });
  socket.addEventListener("close", lose);
};

const finish = () => {
  finished = true;
  clearTimeout(reconnectTimer);
  clearNotice();
  if (socket !== null) {
    socket.close();
  }
};

const comeBack = () => {
  if (document.visibilityState === "visible" && socket === null) {
    failures = 0;
    connect();
  }
};

battle.addEventListener("battle:resync", askForSnapshot);
battle.addEventListener("battle:close", finish);
window.addEventListener("online", comeBack);
document.addEventListener("visibilitychange", comeBack);

if (document.getElementById("battle-body").dataset.status === "open") {
  connect();
}
