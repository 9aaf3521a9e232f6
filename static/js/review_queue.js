/*
 * Keys of the review queue: each presses the button that shows it. The buttons work without this file.
 */
const queue = () => document.getElementById("queue");

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

/* A refusal needs its reason first; asking for one is better than the browser's complaint about an empty field. */
const lacksReason = (control) => {
  const reason = control.form?.querySelector("input[name=reason]");
  if (!reason || reason.value.trim() !== "") {
    return false;
  }
  reason.focus();
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    return;
  }
  if (isTyping(event.target)) {
    return;
  }
  const control = queue()?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!control) {
    return;
  }
  event.preventDefault();
  if (!lacksReason(control)) {
    control.click();
  }
});

/* What comes next is read from its beginning. */
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id === "queue") {
    queue()?.querySelector(".queue-title")?.focus();
  }
});
