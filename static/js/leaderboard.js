// Keeps an open leaderboard current: the socket says that there is another snapshot, htmx fetches the table.
"use strict";

(() => {
  const page = document.getElementById("leaderboard");
  if (!page) return;

  const FIRST_DELAY = 1000;
  const LONGEST_DELAY = 60000;
  // All open pages hear of a snapshot in the same moment; they do not ask for it in the same moment.
  const SPREAD = 800;
  const NOT_FOUND = 4404;
  const BUSY = 4429; // Its reason holds the seconds after which we may come back.

  let delay = FIRST_DELAY;
  let due = false;
  let timer = null;

  const shownNumber = () => Number(document.getElementById("board").dataset.number);

  const saveScroll = () => [...page.querySelectorAll(".table-scroll")].map((box) => box.scrollLeft);

  const restoreScroll = (positions) => {
    page.querySelectorAll(".table-scroll").forEach((box, index) => {
      box.scrollLeft = positions[index] || 0;
    });
  };

  const refresh = async () => {
    timer = null;
    if (document.hidden) {
      due = true;
      return;
    }
    due = false;
    const positions = saveScroll();
    const opened = [...page.querySelectorAll("details")].map((part) => part.open);
    await htmx.ajax("GET", document.getElementById("board").dataset.url, { source: page, target: "#board", swap: "outerHTML" });
    restoreScroll(positions);
    page.querySelectorAll("details").forEach((part, index) => {
      part.open = opened[index];
    });
  };

  const refreshSoon = () => {
    if (timer === null) timer = setTimeout(refresh, Math.random() * SPREAD);
  };

  // The server also sends the current number first, so that nothing published while the socket was down is missed.
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${page.dataset.socket}`);
    socket.addEventListener("open", () => {
      delay = FIRST_DELAY;
    });
    socket.addEventListener("message", (message) => {
      const event = JSON.parse(message.data);
      if (event.type === "leaderboard.published" && event.number !== shownNumber()) refreshSoon();
    });
    socket.addEventListener("close", (event) => {
      if (event.code === NOT_FOUND) return;
      const wait = event.code === BUSY ? 1000 * (Number(event.reason) || 30) : 0;
      setTimeout(connect, wait + delay * (0.5 + Math.random()));
      delay = Math.min(2 * delay, LONGEST_DELAY);
    });
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && due) refreshSoon();
  });
  connect();
})();
