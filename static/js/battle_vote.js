/*
 * Votes by key, keeps a vote that could not be sent, and opens and closes the skip form by key.
 * The forms work without this file.
 */
const TOO_MANY = 429;
const KEYS_SETTING = "parallax.keys";

const battle = document.getElementById("battle");
const keysLine = document.getElementById("keys");
const keysToggle = document.getElementById("keys-toggle");
const form = () => document.getElementById("vote-form");
const buttonFor = (winner) => form()?.querySelector(`button[value="${winner}"]`);

let unsaved = null;

const readSetting = () => {
  try {
    return localStorage.getItem(KEYS_SETTING) !== "off";
  } catch {
    return true;
  }
};

let keysOn = readSetting();

const isTyping = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;

const showChoice = () => {
  for (const button of form()?.querySelectorAll("button[name=winner]") ?? []) {
    button.toggleAttribute("data-chosen", button.value === unsaved);
  }
};

const press = (button) => {
  button.focus();
  button.click();
};

const voteByKey = (key) => {
  const button = form()?.querySelector(`button[data-key="${key}"]:not([aria-disabled="true"])`);
  if (!button) {
    return false;
  }
  press(button);
  return true;
};

const openSkip = () => {
  const skip = document.getElementById("skip");
  if (skip === null) {
    return false;
  }
  skip.open = true;
  skip.querySelector("input[name=reason]")?.focus();
  return true;
};

const closeSkip = () => {
  const skip = document.getElementById("skip");
  if (skip === null || !skip.open) {
    return false;
  }
  skip.open = false;
  skip.querySelector("summary").focus();
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const key = event.key.toLowerCase();
  let used = false;
  if (key === "escape") {
    used = closeSkip();
  } else if (keysOn && !isTyping(event.target)) {
    used = key === "s" ? openSkip() : voteByKey(key);
  }
  if (used) {
    event.preventDefault();
  }
});

/* What stands beside the vote is sent with it: Enter in there is no vote. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input[form=vote-form]")) {
    event.preventDefault();
  }
});

/* Enter sends a follow-up, as in every chat; Shift and Enter make a new line. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("[data-submit-with-enter]")) {
    return;
  }
  event.preventDefault();
  event.target.form.requestSubmit();
});

battle.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt === form()) {
    unsaved = detail.requestConfig.formData.get("winner");
    document.getElementById("vote-problem").hidden = true;
    showChoice();
  }
});

/* An answer settles it, whether it is the reveal or a reason why this cannot be voted on; "too many" only postpones it. */
battle.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.shouldSwap && detail.xhr.status !== TOO_MANY) {
    unsaved = null;
  }
});

const explainFailure = ({ detail }) => {
  if (detail.elt === form()) {
    document.getElementById("vote-problem").hidden = false;
  } else {
    document.querySelector("#battle-body [data-status]").textContent = battle.dataset.sayFailed;
    document.getElementById("battle-live").textContent = battle.dataset.sayFailed;
  }
};

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  battle.addEventListener(name, explainFailure);
}

battle.addEventListener("click", (event) => {
  if (event.target.closest("[data-vote-again]")) {
    press(buttonFor(unsaved));
  }
});

/* The page may be redrawn while a vote waits to be sent again; the choice stays marked. */
new MutationObserver(() => {
  if (form() === null) {
    unsaved = null;
    keysLine?.remove();
  } else if (unsaved !== null && document.getElementById("vote-problem").hidden) {
    showChoice();
    document.getElementById("vote-problem").hidden = false;
  }
}).observe(battle, { childList: true });

if (keysLine !== null) {
  keysLine.hidden = false;
  keysToggle.checked = keysOn;
  keysToggle.addEventListener("change", () => {
    keysOn = keysToggle.checked;
    try {
      localStorage.setItem(KEYS_SETTING, keysOn ? "on" : "off");
    } catch {
      // The choice lasts for this page only.
    }
  });
}
