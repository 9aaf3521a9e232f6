// Runs before the page's own scripts and writes down what a test cannot see from outside.
(() => {
  const probe = { shifts: [], pace: [], sockets: [] };
  window.parallaxProbe = probe;

  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      probe.sockets.push(this);
    }
  };

  const closed = (socket) =>
    new Promise((resolve) => {
      socket.addEventListener("close", resolve);
      socket.close();
      if (socket.readyState === WebSocket.CLOSED) {
        resolve();
      }
    });
  probe.closeSockets = () => Promise.all(probe.sockets.map(closed));

  const describe = ({ node, previousRect, currentRect }) =>
    `${node?.nodeName ?? "?"}${node?.id ? `#${node.id}` : ""}.${node?.className ?? ""} ${previousRect.y} -> ${currentRect.y}`;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) {
        probe.shifts.push({ value: entry.value, at: entry.startTime, what: entry.sources.map(describe) });
      }
    }
  }).observe({ type: "layout-shift", buffered: true });

  // How many code points both panes show, after each change.
  new MutationObserver(() => {
    const panes = document.querySelectorAll("[data-current-turn] .answer-text[data-live]");
    if (panes.length !== 2) {
      return;
    }
    const lengths = [...panes].map((pane) => [...pane.textContent].length);
    const last = probe.pace.at(-1);
    if (last === undefined || last[0] !== lengths[0] || last[1] !== lengths[1]) {
      probe.pace.push(lengths);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
})();
