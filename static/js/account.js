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

const add = document.getElementById("mfa_webauthn_add");
if (add) {
  const { credential, passwordless } = add.dataset;
  window.allauth.webauthn.forms.addForm({ ids: { add: add.id, credential, passwordless, data: "js_data" } });
}
