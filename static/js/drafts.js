"use strict";

// What is typed is kept on the server a few seconds later, and the page always says where it stands.
// At most WAIT after a key: somebody who writes without a pause loses no more than that.
const WAIT = 4000;
const AGAIN = 8000;
// What a browser still sends for a page that is going away.
const LAST_BREATH = 60000;

for (const state of document.querySelectorAll("[data-draft]")) follow(state.closest("form"), state);

function follow(form, state) {
  const names = { id: "draft-id", revision: "draft-revision" };
  let timer = 0;
  let request = null;
  let isSent = false;
  // A form that came back refused holds words that were sent and written nowhere.
  const cameBack = "cameBack" in form.elements[names.id].dataset;
  let kept = cameBack ? new URLSearchParams() : words();

  function words() {
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
    return typed;
  }
  // The keys of the draft change by themselves: they are not what somebody typed.
  const told = (typed) => [...typed].filter(([name]) => !name.startsWith("draft-") && name !== "csrfmiddlewaretoken").join("\n");
  const isDirty = () => told(words()) !== told(kept);
  const say = (text) => { state.textContent = text; };

  function later(delay) {
    if (!timer && !isSent) timer = setTimeout(save, delay);
  }

  async function save() {
    timer = 0;
    if (isSent || !isDirty()) return;
    if (request) return later(WAIT);
    const typed = words();
    request = new AbortController();
    try {
      const answer = await fetch(state.dataset.draft, {
        method: "POST",
        body: typed,
        headers: { Accept: "application/json" },
        redirect: "error",
        keepalive: typed.toString().length < LAST_BREATH,
        signal: request.signal,
      });
      await heard(answer, typed);
    } catch {
      if (!isSent) missed("Pas encore enregistré : le réseau manque. Votre texte reste ici, nous réessayons.");
    }
    request = null;
    if (isDirty()) later(WAIT);
  }

  async function heard(answer, typed) {
    if (answer.status === 403) return signIn();
    if (!answer.ok) return missed("Pas encore enregistré : le serveur ne peut pas écrire pour l’instant. Votre texte reste ici, nous réessayons.");
    const said = await answer.json();
    say(said.said);
    if (said.kept) {
      kept = typed;
      form.elements[names.id].value = said.id;
      form.elements[names.revision].value = said.revision;
    } else {
      // Sent meanwhile, from here or from another tab: what is typed now is another draft.
      form.elements[names.id].value = "";
    }
  }

  function missed(text) {
    say(text);
    later(AGAIN);
  }

  // Signed in again in another tab, the form needs the new session's token, and goes on.
  async function signIn() {
    const page = await fetch(location.href, { headers: { Accept: "text/html" } });
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector(".log [name=csrfmiddlewaretoken], [name=csrfmiddlewaretoken]");
    if (page.ok && new URL(page.url).pathname === location.pathname && token) {
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token.value;
      return missed("Pas encore enregistré : nous réessayons.");
    }
    missed("Pas encore enregistré : votre session s’est terminée. Connectez-vous dans un autre onglet ; votre texte reste ici.");
  }

  if (cameBack) later(0);
  form.addEventListener("input", () => later(WAIT));
  form.addEventListener("change", () => later(WAIT));
  window.addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("pagehide", () => save());
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      isSent = true;
      clearTimeout(timer);
      request?.abort();
      return;
    }
    event.preventDefault();
    missed("Pas encore enregistré : le réseau manque. Votre texte reste ici ; enregistrez de nouveau quand il revient.");
  });
  window.addEventListener("beforeunload", (event) => { if (!isSent && isDirty()) event.preventDefault(); });
  // Brought back by « back »: what is typed from now on is another draft.
  window.addEventListener("pageshow", (event) => { if (event.persisted) { isSent = false; timer = 0; form.elements[names.id].value = ""; } });
}
