// Passkeys on the pages of accounts: shown only where the browser has them, and a refusal said in the page.

const capable = "PublicKeyCredential" in window;

for (const element of document.querySelectorAll("[data-needs-passkeys]")) {
  element.hidden = !capable;
}

document.addEventListener("allauth.error", (event) => {
  // Otherwise only the console would learn of it.
  event.preventDefault();
  const problem = document.getElementById("passkey-problem");
  problem.hidden = false;
  problem.scrollIntoView({ block: "nearest" });
});
