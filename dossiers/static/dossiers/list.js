// Ticks of the dossier list: the whole page at once, and how many are ticked.
"use strict";
(() => {
  const all = document.getElementById("mc-all");
  const shown = document.getElementById("mc-ticked");
  if (!all) return;
  const boxes = [...document.querySelectorAll('input[name="pk"]')];
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    shown.textContent = count ? ` (${count})` : "";
    all.indeterminate = count > 0 && count < boxes.length;
    all.checked = count === boxes.length;
  };
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); tell(); });
  boxes.forEach((box) => box.addEventListener("change", tell));
})();
