// The wording editor: the preview and what is missing follow the typing.
"use strict";
(() => {
  const form = document.querySelector("[data-preview]");
  const text = document.getElementById("zd-text");
  const shown = document.getElementById("zd-preview");
  const faults = document.getElementById("zd-faults");
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const body = new URLSearchParams({ text: text.value, csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value });
      const answer = await fetch(form.dataset.preview, { method: "POST", body });
      if (!answer.ok) return;
      const found = await answer.json();
      shown.textContent = found.text;
      faults.replaceChildren(...found.faults.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
      faults.hidden = !found.faults.length;
    }, 300);
  });
})();
