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
  const key = event.target.elements.client_key;
  if (key) history.replaceState({ key: key.value }, "");
  setTimeout(() => {
    for (const button of buttonsOf(event.target).filter((button) => !button.disabled)) {
      button.disabled = true;
      button.dataset.sent = "";
      setTimeout(wake, REST, button);
    }
  });
});

// « Back » brings the words again but a new key: with the one already sent, what is saved twice is known to be the same.
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type === "back_forward" && history.state?.key) {
  for (const key of document.querySelectorAll("[name=client_key]")) key.value = history.state.key;
}

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

document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
document.getElementById("errors")?.focus();

// A phone that waits for the next question of a workshop looks again by itself.
if (document.querySelector("[data-look-again]")) setTimeout(() => location.reload(), 6000);
