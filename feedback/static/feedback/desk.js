// Comforts of the staff pages: ready-made answers into the text, one more part when splitting.
"use strict";

const chooser = document.querySelector("[data-canned]");
if (chooser) {
  const target = document.getElementById(chooser.dataset.canned);
  chooser.addEventListener("change", () => {
    if (!chooser.value) return;
    target.value = target.value ? `${target.value.trimEnd()}\n\n${chooser.value}` : chooser.value;
    chooser.selectedIndex = 0;
    target.focus();
  });
}
