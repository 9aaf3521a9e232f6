// The dashboard renews itself; what somebody opened stays open, and focus and place stay where they were.
"use strict";

(() => {
  const PART = "dashboard-now";
  let opened = [];
  let focused = "";
  let height = 0;

  const isPart = (event) => event.detail.target && event.detail.target.id === PART;

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isPart(event)) return;
    const part = event.detail.target;
    opened = [...part.querySelectorAll("details[open]")].map((details) => details.id);
    focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    height = window.scrollY;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (!isPart(event)) return;
    opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    window.scrollTo({ top: height, behavior: "instant" });
  });
})();
