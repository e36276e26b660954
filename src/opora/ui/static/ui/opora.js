// What pages do better with JavaScript; all of it works without.
"use strict";
(() => {
  const announce = (text) => {
    const region = document.getElementById("announce");
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50); // emptied first, so that the same words are said again
  };

  // Menus close by Escape or by a press elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-closes][open]")) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-closes][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // A key named by data-key puts the cursor into its field.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
    if (!field) return;
    event.preventDefault();
    field.focus();
  });

  // After sending, the summary of errors is where to go on.
  const lead = (root) => {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
  };
  lead(document);

  // A form is sent once; coming back to its page by the browser's Back makes it usable again.
  const buttons = (form) => [...form.elements].filter((one) => one.type === "submit");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => { for (const button of buttons(form)) button.disabled = true; }); // its own value is still sent
    announce("Отправляется…");
  });
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of buttons(form)) button.disabled = false;
  };
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form[data-sent]");
    if (form) release(form);
  });

  // A long list of boxes is narrowed by what is typed above it; it says how many are ticked, hidden ones too.
  for (const list of document.querySelectorAll("[data-many]")) {
    const find = document.createElement("input");
    const told = document.createElement("div");
    const labels = [...list.querySelectorAll("label")];
    const words = (text) => text.toLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean);
    const tell = () => { told.textContent = `Отмечено: ${list.querySelectorAll(":checked").length} из ${labels.length}`; };
    Object.assign(find, { type: "search", className: "form-control", placeholder: "Найти в списке" });
    find.setAttribute("aria-label", `Найти в списке «${list.closest("fieldset").querySelector("legend").firstChild.data}»`);
    told.className = "form-hint";
    told.setAttribute("role", "status");
    find.addEventListener("input", () => {
      const asked = words(find.value);
      for (const label of labels) {
        const text = words(label.textContent).join(" ");
        label.hidden = !asked.every((word) => text.includes(word));
      }
    });
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); }); // the form is not sent yet
    list.addEventListener("change", tell);
    list.before(find);
    list.after(told);
    tell();
  }

  // What HTMX has put in is said aloud; focus that went with the old part goes to the new one.
  document.addEventListener("htmx:afterSwap", (event) => {
    const part = event.detail.target.id ? document.getElementById(event.detail.target.id) : event.detail.target;
    if (!part) return;
    const said = part.dataset.announce || part.querySelector("[data-announce]")?.dataset.announce;
    if (said) announce(said);
    lead(part);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = document.getElementById(event.detail.target.id);
    if (!part || document.activeElement !== document.body) return;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
    if (part.getBoundingClientRect().top < 0) part.scrollIntoView();
  });

  // What went wrong stands above the page, in words.
  const complain = (text) => {
    const box = document.createElement("div");
    box.className = "alert alert-error";
    box.setAttribute("role", "alert");
    const words = document.createElement("div");
    words.className = "alert-words";
    words.textContent = text;
    box.append(words);
    const messages = document.getElementById("messages") || document.getElementById("main");
    messages.prepend(box);
    box.scrollIntoView({ block: "center" });
  };
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    const plain = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    complain(plain ? xhr.responseText : "Не получилось. Обновите страницу и попробуйте ещё раз.");
  });
  document.addEventListener("htmx:sendError", () => {
    complain("Нет связи с сервером. Проверьте подключение и попробуйте ещё раз: введённое на странице осталось.");
  });
})();
