"use strict";

// allauth speaks with the device; here are which button asks for what, and what is said when nothing answers.
const ASKS = { add: "addForm", authenticate: "authenticateForm", login: "loginForm" };
const refusal = document.getElementById("passkey-error");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  refusal.hidden = false;
});

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    const { passkey, credential, passwordless } = button.dataset;
    const ids = { [passkey]: button.id, credential, passwordless };
    if (passkey !== "login") ids.data = "passkey-data";
    window.allauth.webauthn.forms[ASKS[passkey]]({ ids });
    button.addEventListener("click", () => (refusal.hidden = true));
    button.hidden = false;
  }
}
