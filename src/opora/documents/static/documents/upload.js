// The drop zone is lit while files are held over it; the browser's own field takes them.
"use strict";
(() => {
  for (const zone of document.querySelectorAll("[data-drop-zone]")) {
    const light = (on) => zone.classList.toggle("drop-over", on);
    const field = zone.querySelector("input[type=file]");
    zone.addEventListener("dragover", (event) => { event.preventDefault(); light(true); });
    zone.addEventListener("dragleave", () => light(false));
    zone.addEventListener("drop", (event) => {
      light(false);
      if (!field || event.target === field || !event.dataTransfer.files.length) return;
      event.preventDefault();
      field.files = event.dataTransfer.files;
    });
  }
})();
