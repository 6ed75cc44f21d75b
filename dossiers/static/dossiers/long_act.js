// The page of a long act asks how far it is and opens its own result when it is over.
"use strict";
(() => {
  const part = document.getElementById("mc-long-act");
  if (!part) return;
  const bar = part.querySelector("progress");
  const look = async () => {
    try {
      const answer = await fetch(part.dataset.address, { headers: { Accept: "application/json" } });
      if (answer.redirected) return;
      const told = await answer.json();
      if (told.over) { window.location.reload(); return; }
      part.querySelector("[data-state]").textContent = told.state;
      part.querySelector("[data-told]").textContent = `${told.done}${told.total ? `/${told.total}` : ""} ${told.words}`;
      if (told.total) { bar.max = told.total; bar.value = told.done; }
    } catch { /* the line is down for a moment */ }
    setTimeout(look, document.hidden ? 8000 : 1500);
  };
  setTimeout(look, 1000);
})();
