// Behind «@» in a comment, the people who may be called: those alone whom the page names already.
"use strict";
(() => {
  const list = document.querySelector("[data-handles]");
  const field = list?.closest("form").querySelector("textarea");
  if (!field) return;
  const people = [...list.children].map((one) => ({ handle: one.dataset.handle, name: one.textContent.trim() }));
  const box = document.createElement("ul");
  box.id = "handles-box";
  box.className = "handles-box card";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Кого позвать");
  box.hidden = true;
  field.after(box);
  field.setAttribute("aria-controls", box.id);
  field.setAttribute("aria-autocomplete", "list");
  const fold = (text) => text.toLowerCase().replaceAll("ё", "е");
  let chosen = 0;

  const begun = () => /@([^\s@]*)$/.exec(field.value.slice(0, field.selectionStart));
  const close = () => { box.hidden = true; field.removeAttribute("aria-activedescendant"); };
  const mark = () => {
    [...box.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === chosen)));
    if (box.children[chosen]) field.setAttribute("aria-activedescendant", box.children[chosen].id);
  };
  const take = (handle) => {
    const start = field.selectionStart - begun()[0].length;
    field.setRangeText(`@${handle} `, start, field.selectionStart, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  const show = () => {
    const found = begun();
    const fit = found ? people.filter((one) => fold(one.name).includes(fold(found[1]))).slice(0, 8) : [];
    if (!fit.length || fit.some((one) => one.handle === found[1])) return close();
    chosen = 0;
    box.replaceChildren(...fit.map((one, place) => {
      const item = document.createElement("li");
      item.id = `handle-${place}`;
      item.setAttribute("role", "option");
      item.textContent = one.name;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(one.handle); });
      item.dataset.handle = one.handle;
      return item;
    }));
    box.hidden = false;
    mark();
  };
  field.addEventListener("input", show);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    const last = box.children.length - 1;
    if (event.key === "ArrowDown") chosen = chosen === last ? 0 : chosen + 1;
    else if (event.key === "ArrowUp") chosen = chosen === 0 ? last : chosen - 1;
    else if (event.key === "Enter" || event.key === "Tab") take(box.children[chosen].dataset.handle);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    mark();
  });
})();
