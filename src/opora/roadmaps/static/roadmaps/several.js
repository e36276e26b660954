// How many rows are chosen stands on the buttons that decide on them; one press chooses all of the page.
"use strict";
(() => {
  const chosen = () => document.querySelectorAll('input[type="checkbox"][form="several"]:checked').length;
  const count = () => {
    for (const button of document.querySelectorAll("[data-several]")) {
      const many = chosen();
      button.textContent = many ? `${button.dataset.several} (${many})` : button.dataset.several;
    }
  };
  const form = document.getElementById("several");
  if (!form) return;
  const all = document.createElement("button");
  all.type = "button";
  all.className = "btn";
  all.textContent = "Отметить все на странице";
  all.addEventListener("click", () => {
    const boxes = [...document.querySelectorAll('input[type="checkbox"][form="several"]')];
    const mark = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = mark;
    count();
  });
  form.querySelector("[data-several]").before(all);
  document.addEventListener("change", (event) => { if (event.target.matches('[form="several"]')) count(); });
  document.addEventListener("htmx:afterSwap", count);
  window.addEventListener("pageshow", count);
})();
