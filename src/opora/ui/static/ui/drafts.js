// Forms with data-draft="name" keep what is typed in this tab until they are sent: a closed page, an expired session
// or an error loses nothing. Passwords, files and hidden fields are never kept. Signing out forgets everything.
"use strict";
(() => {
  const PREFIX = "draft:";
  const { user, drafts: mode } = document.body.dataset;
  const store = window.sessionStorage;
  const keys = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  const read = (key) => JSON.parse(store.getItem(key) || "null");
  const write = (key, draft) => store.setItem(key, JSON.stringify(draft));
  const skipped = new Set(["password", "file", "hidden", "submit", "button", "image", "reset"]);
  const fields = (form) => [...form.elements].filter((one) => one.name && !skipped.has(one.type));

  const values = (form) => {
    const found = {};
    for (const one of fields(form)) {
      const list = (found[one.name] ||= []);
      if (one.type === "checkbox" || one.type === "radio") {
        if (one.checked) list.push(one.value);
      } else if (one.type === "select-multiple") {
        list.push(...[...one.selectedOptions].map((option) => option.value));
      } else {
        list.push(one.value);
      }
    }
    return found;
  };

  // The version of a text that several people write travels with what was typed: who saves later is shown both texts.
  const versions = (form) => [...form.querySelectorAll("input[data-kept]")];
  const version = (form) => Object.fromEntries(versions(form).map((one) => [one.name, one.value]));

  const fill = (form, kept) => {
    const left = Object.fromEntries(Object.entries(kept).map(([name, list]) => [name, [...list]]));
    for (const one of fields(form)) {
      if (!(one.name in kept)) continue;
      if (one.type === "checkbox" || one.type === "radio") {
        one.checked = kept[one.name].includes(one.value);
      } else if (one.type === "select-multiple") {
        for (const option of one.options) option.selected = kept[one.name].includes(option.value);
      } else if (left[one.name].length) {
        one.value = left[one.name].shift();
      }
    }
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  };

  const note = (form, forget) => {
    const box = document.createElement("div");
    box.className = "alert alert-info restored";
    box.setAttribute("role", "status");
    const words = document.createElement("div");
    words.className = "alert-words";
    words.textContent = "Восстановлено то, что вы ввели и не отправили. Файлы нужно приложить заново.";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = "Начать заново";
    button.addEventListener("click", () => { forget(); box.remove(); });
    box.append(words, button);
    form.prepend(box);
  };

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  const keep = (form) => {
    const key = `${PREFIX}${user}:${form.dataset.draft}`;
    const first = values(form);
    const draft = read(key);
    // The server shows a sent form again only to have errors corrected: then its own values are the newest.
    const answered = form.querySelector(".is-invalid, .field-error") || form.parentElement.querySelector(".form-errors");
    if (draft && draft.sent) store.removeItem(key);
    else if (draft && !answered && !same(draft.values, first)) {
      fill(form, draft.values);
      for (const one of versions(form)) one.value = draft.version?.[one.name] ?? one.value;
      note(form, () => { store.removeItem(key); form.reset(); });
    }
    let timer;
    const save = () => write(key, { values: values(form), version: version(form), at: Date.now() });
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 300); });
    form.addEventListener("change", () => { clearTimeout(timer); save(); });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      write(key, { values: values(form), version: version(form), at: Date.now(), sent: true });
    });
    form.addEventListener("htmx:afterSettle", () => { if (read(key)) save(); }); // the server has it: a new version
    form.addEventListener("htmx:beforeOnLoad", (event) => {
      if (event.target === form || !event.detail.xhr.getResponseHeader("HX-Redirect")) return;
      event.preventDefault(); // what saves by itself leads nobody away from what he is writing
      event.target.textContent = "Вход закончился. Набранное осталось в этом браузере: отправьте форму и войдите снова.";
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.target !== form) return;
      const signedOut = event.detail.xhr.getResponseHeader("HX-Redirect");
      if (event.detail.successful && !signedOut) store.removeItem(key);
      else save();
    });
  };

  if (mode === "keep") { // sign-in and error pages: nothing that was sent has arrived
    for (const key of keys()) {
      const draft = read(key);
      if (draft.sent) write(key, { ...draft, sent: false });
    }
  } else if (user) {
    for (const key of keys()) {
      if (!key.startsWith(`${PREFIX}${user}:`)) store.removeItem(key); // somebody else signed in here
    }
    const forms = [...document.querySelectorAll("form[data-draft]")];
    forms.forEach(keep);
    const shown = new Set(forms.map((form) => `${PREFIX}${user}:${form.dataset.draft}`));
    for (const key of keys()) if (!shown.has(key) && read(key).sent) store.removeItem(key);
    document.addEventListener("htmx:load", (event) => {
      const { elt } = event.detail;
      if (elt === document.body) return;
      const found = elt.matches?.("form[data-draft]") ? [elt] : [...elt.querySelectorAll?.("form[data-draft]") || []];
      found.forEach(keep);
    });
  }

  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("data-forget")) keys().forEach((key) => store.removeItem(key));
  });
})();
