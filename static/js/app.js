"use strict";

// A second press on a slow line must not send twice. The wait lets the browser note which button was pressed;
// the buttons come back by themselves, for an answer that is a file leaves the page where it is.
const REST = 8000;
const buttonsOf = (form) => [...form.elements].filter((element) => element.matches("button:not([type=button])"));
const wake = (button) => {
  button.disabled = false;
  delete button.dataset.sent;
};

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.getAttribute("method")?.toLowerCase() !== "post") return;
  // After « back », a browser gives a hidden field its old value only if it was written since the page was read:
  // with it, what is saved again is known to be the same.
  for (const key of event.target.querySelectorAll("[name=client_key]")) key.setAttribute("value", key.value);
  setTimeout(() => {
    for (const button of buttonsOf(event.target).filter((button) => !button.disabled)) {
      button.disabled = true;
      button.dataset.sent = "";
      setTimeout(wake, REST, button);
    }
  });
});

window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach(wake));

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.me[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
document.getElementById("errors")?.focus();
