// Passkeys on the pages of accounts: shown only where the browser has them, and a refusal said in the page.

// A passkey belongs to a name; browsers make none for an address of digits.
const named = !/^[\d.]+$|^\[/.test(location.hostname);
const capable = "PublicKeyCredential" in window && named;

for (const element of document.querySelectorAll("[data-needs-passkeys]")) {
  element.hidden = !capable;
}
for (const element of document.querySelectorAll("[data-lacks-passkeys]")) {
  element.hidden = capable;
}

document.addEventListener("allauth.error", (event) => {
  // Otherwise only the console would learn of it.
  event.preventDefault();
  const problem = document.getElementById("passkey-problem");
  problem.hidden = false;
  problem.scrollIntoView({ block: "nearest" });
});

// The button asks for the passkey and sends the form by itself; Enter in the name would send it without one.
const makeByEnter = (button) => {
  button.form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.click();
  });
};

const signUp = document.getElementById("mfa_webauthn_signup");
if (signUp) {
  const { credential } = signUp.dataset;
  window.allauth.webauthn.forms.signupForm({ ids: { signup: signUp.id, credential, data: "js_data" } });
  makeByEnter(signUp);
}

const add = document.getElementById("mfa_webauthn_add");
if (add) {
  const { credential, passwordless } = add.dataset;
  window.allauth.webauthn.forms.addForm({ ids: { add: add.id, credential, passwordless, data: "js_data" } });
  makeByEnter(add);
}
