// A fact and its source light up together; n and p go to the next and the previous doubtful place.
"use strict";
(() => {
  const body = document.querySelector(".source-body");
  const source = (anchor) => {
    const exact = document.getElementById(anchor);
    if (exact) return exact;
    const [, page, block] = anchor.split("-");
    return document.getElementById(`source-${page}-${block}-t`) || document.getElementById(`page-${page}`);
  };
  const facts = (anchor) => [...document.querySelectorAll(".fact[data-source], .heading-facts [data-source]")]
    .filter((one) => one.dataset.source === anchor && one.tagName !== "A");
  const dim = () => document.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
  const into = (place) => {
    if (!body || !body.contains(place)) return;
    const { top, bottom } = place.getBoundingClientRect();
    const seen = body.getBoundingClientRect();
    if (top < seen.top || bottom > seen.bottom) body.scrollTop += top - seen.top - seen.height / 3;
  };
  const light = (anchor, scroll) => {
    dim();
    const place = source(anchor);
    if (!place) return;
    place.classList.add("lit");
    if (scroll) into(place);
  };

  document.addEventListener("mouseover", (event) => {
    const fact = event.target.closest("[data-source]");
    if (fact) return light(fact.dataset.source, false);
    const place = event.target.closest(".source-body [id]");
    dim();
    if (place) facts(place.id).forEach((one) => one.classList.add("lit"));
  });
  document.addEventListener("focusin", (event) => {
    const fact = event.target.closest("[data-source]");
    if (fact) light(fact.dataset.source, true);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-source]");
    const place = link && source(link.dataset.source);
    if (!place) return;
    event.preventDefault();
    light(link.dataset.source, true);
    if (body.getBoundingClientRect().bottom < 0) place.scrollIntoView({ block: "center" });
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const step = { n: 1, "т": 1, p: -1, "з": -1 }[event.key]; // the same keys of the Russian layout too
    if (!step) return;
    const doubts = [...document.querySelectorAll("[data-doubt]")];
    if (!doubts.length) return;
    event.preventDefault();
    const now = doubts.indexOf(document.activeElement.closest("[data-doubt]"));
    const next = now < 0 && step < 0 ? doubts.length - 1 : (now + step + doubts.length) % doubts.length;
    doubts[next].focus({ preventScroll: true });
    doubts[next].scrollIntoView({ block: "center" });
  });
})();
