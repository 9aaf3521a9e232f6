/* Keeps the unsent question in this browser, so that a reload or a failed request does not lose it. */
const DRAFT = "parallax.draft";
const SENT = "parallax.draft.sent";
const PAUSE = 300;
const NEAR_LIMIT = 400;

const form = document.getElementById("ask");
const field = document.getElementById("id_prompt");
const count = document.getElementById("prompt-count");

const remember = (text) => {
  try {
    if (text.trim() === "") {
      localStorage.removeItem(DRAFT);
    } else {
      localStorage.setItem(DRAFT, text);
    }
  } catch {
    // Storage may be full or forbidden; the page works without it.
  }
};

const restore = () => {
  try {
    if (field.value === "") {
      field.value = localStorage.getItem(DRAFT) ?? "";
    }
  } catch {
    // As above.
  }
};

const showCount = () => {
  const left = field.maxLength - field.value.length;
  count.hidden = left > NEAR_LIMIT;
  count.textContent = count.dataset.text.replace("{left}", String(left));
};

const sendOnce = (event) => {
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  if (event.submitter?.name !== "surprise") {
    remember(field.value);
    try {
      sessionStorage.setItem(SENT, "yes");
    } catch {
      // The draft then stays until it is sent again.
    }
  }
};

let timer = 0;
field.addEventListener("input", () => {
  showCount();
  clearTimeout(timer);
  timer = setTimeout(() => remember(field.value), PAUSE);
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button:not([name])"));
  }
});

form.addEventListener("submit", sendOnce);

/* A page that comes back from the browser's cache can be sent again; whoever is here has a draft, and no battle of it. */
window.addEventListener("pageshow", () => {
  delete form.dataset.sending;
  try {
    sessionStorage.removeItem(SENT);
  } catch {
    // As above.
  }
  restore();
  showCount();
});
