/*
 * Shows what the websocket tells: text is appended to the panes, everything else is fetched from the server,
 * which alone decides what the page may show. Text from a model is never read as markup here.
 */
const RETRY_AFTER = [300, 800, 1_500, 3_000, 6_000];
const SIDES = ["a", "b", "c", "d"];
const TOO_MANY = 429; // The answer says after how many seconds to come back.

const battle = document.getElementById("battle");
const live = document.getElementById("battle-live");
const body = () => document.getElementById("battle-body");
const status = () => document.querySelector("#battle-body [data-status]");
const pane = (side) => document.querySelector(`[data-current-turn] .answer-text[data-side="${side}"]`);

let fetching = null;
let posting = 0;
let wanted = false;
let focusWasInside = false;
let turnBefore = body().dataset.turn;

const say = (text) => {
  if (status() && status().textContent.trim() !== text) {
    status().textContent = text;
    live.textContent = text;
  }
};

const isCurrent = ({ turn, attempt }) => {
  const { dataset } = body();
  return Number(dataset.turn) === turn && Number(dataset.attempt) === attempt;
};

const isRunning = () => body().dataset.turnStatus === "running";

/* Replacing only what differs keeps a reader's selection alive. */
const replaceText = (node, text) => {
  if (node === null || node.textContent === text) {
    return;
  }
  if (text.startsWith(node.textContent)) {
    node.append(text.slice(node.textContent.length));
  } else {
    node.textContent = text;
  }
  node.normalize();
};

const appendText = (node, text) => {
  if (node !== null && text !== "") {
    node.append(text);
    node.normalize();
  }
};

const fetchBody = async () => {
  fetching?.abort();
  fetching = new AbortController();
  const headers = { "HX-Request": "true", "HX-Target": "battle-body" };
  const response = await fetch(battle.dataset.page, { headers, cache: "no-store", signal: fetching.signal });
  if (!response.ok) {
    const wait = response.status === TOO_MANY ? 1_000 * Number(response.headers.get("Retry-After")) : 0;
    throw Object.assign(new Error(`battle page answered ${response.status}`), { wait });
  }
  return response.text();
};

/* Fetch the body as it is now; when the server still says "running" after an end, it is asked again a little later. */
const refresh = async ({ until = () => true, tries = 0 } = {}) => {
  if (posting > 0) {
    wanted = true; // The answer to the post holds the news already, or we ask after it.
    return;
  }
  try {
    const html = await fetchBody();
    focusWasInside = body().contains(document.activeElement);
    window.htmx.swap("#battle-body", html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  } catch (error) {
    if (error.name === "AbortError") {
      return;
    }
    if (error.wait > 0) {
      setTimeout(refresh, error.wait, { until, tries });
      return;
    }
  }
  if (!until() && tries < RETRY_AFTER.length) {
    setTimeout(refresh, RETRY_AFTER[tries], { until, tries: tries + 1 });
  }
};

const showSnapshot = (event) => {
  if (!isCurrent(event)) {
    refresh();
    return;
  }
  if (event.status !== "running") {
    if (isRunning()) {
      refresh({ until: () => !isRunning() });
    }
    return;
  }
  const told = SIDES.filter((side) => side in event);
  for (const side of told) {
    replaceText(pane(side), event[side].text);
  }
  if (told.some((side) => event[side].text !== "")) {
    say(battle.dataset.sayRunning);
  }
};

const showDelta = (event) => {
  if (isCurrent(event) && isRunning()) {
    for (const side of SIDES.filter((name) => name in event)) {
      appendText(pane(side), event[side]);
    }
    say(battle.dataset.sayRunning);
  }
};

const showWaiting = ({ state }) => {
  const text = { queued: battle.dataset.sayQueued, warming: battle.dataset.sayWarming, thinking: battle.dataset.sayThinking }[state];
  if (text && isRunning()) {
    say(text);
  }
};

/* An end is told again with every snapshot; it is news only while the page still shows the turn as running. */
const showEnd = (event) => {
  if (!isCurrent(event) || isRunning()) {
    refresh({ until: () => !(isCurrent(event) && isRunning()) });
  }
};

const handlers = {
  "battle.snapshot": showSnapshot,
  "turn.delta": showDelta,
  "turn.waiting": showWaiting,
  "turn.ended": showEnd,
  "battle.changed": () => refresh(),
};

battle.addEventListener("battle:event", ({ detail }) => handlers[detail.type]?.(detail));
battle.addEventListener("battle:refresh", () => refresh());

/* Our own posts come first: a page fetched before a vote must not be drawn over the reveal. */
battle.addEventListener("htmx:beforeRequest", () => {
  posting += 1;
  fetching?.abort();
});

battle.addEventListener("htmx:afterRequest", () => {
  posting -= 1;
  if (posting === 0 && wanted && body().dataset.status === "open") {
    wanted = false;
    refresh();
  }
});

/* The keyboard's place survives a swap: where it was lost, it goes to what the server marked with data-focus. */
const restoreFocus = () => {
  const target = document.querySelector("#battle-body [data-focus]");
  if (!focusWasInside || target === null || body().contains(document.activeElement)) {
    return;
  }
  target.focus({ preventScroll: true });
};

const scrollToNews = () => {
  const { turn, status: battleStatus } = body().dataset;
  if (battleStatus === "voted" || battleStatus === "scored") {
    document.getElementById("reveal").scrollIntoView({ block: "start" });
  } else if (turn !== turnBefore) {
    document.getElementById(`turn-${turn}`).scrollIntoView({ block: "start" });
  }
  turnBefore = turn;
};

const afterSwap = () => {
  const { status: battleStatus } = body().dataset;
  restoreFocus();
  if (battleStatus === "open") {
    live.textContent = status()?.textContent.trim() ?? "";
    if (isRunning()) {
      battle.dispatchEvent(new CustomEvent("battle:resync"));
    }
  } else {
    live.textContent = "";
    battle.dispatchEvent(new CustomEvent("battle:close"));
  }
  scrollToNews();
};

document.body.addEventListener("htmx:beforeSwap", () => {
  focusWasInside = body().contains(document.activeElement);
});

new MutationObserver((changes) => {
  const swapped = changes.some((change) => [...change.addedNodes].some((node) => node.id === "battle-body"));
  if (swapped) {
    afterSwap();
  }
}).observe(battle, { childList: true });

/* A draft that has become a battle need not be offered again. */
try {
  if (sessionStorage.getItem("parallax.draft.sent")) {
    sessionStorage.removeItem("parallax.draft.sent");
    localStorage.removeItem("parallax.draft");
  }
} catch {
  // Without storage there is no draft either.
}
