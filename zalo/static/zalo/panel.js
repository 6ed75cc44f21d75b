// The Zalo panel of a dossier: shows the one-time code at the counter and turns green by itself when it was sent.
"use strict";
(() => {
  const panel = document.querySelector("[data-zalo]");
  if (!panel) return;
  const token = () => panel.querySelector("[name=csrfmiddlewaretoken]").value;
  const box = panel.querySelector("[data-link]");

  async function askForCode(form) {
    const answer = await fetch(form.action, { method: "POST", headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    if (!answer.ok) return form.submit();
    const given = await answer.json();
    box.querySelector(".zd-qr").innerHTML = given.qr;
    box.querySelector(".zd-words").textContent = given.spaced;
    box.querySelector(".zd-expires").textContent = given.expires;
    box.querySelector(".zd-code").hidden = false;
    box.querySelector(".zd-linked").hidden = true;
    box.classList.remove("is-linked");
    form.querySelector("button").textContent = "Lấy mã khác";
    look(given.state);
  }

  let asking = 0;
  function look(address) {
    const mine = ++asking;
    const again = async () => {
      if (mine !== asking) return;
      try {
        const state = await (await fetch(address, { headers: { Accept: "application/json" } })).json();
        if (mine !== asking) return;
        if (state.linked) {
          box.classList.add("is-linked");
          box.querySelector(".zd-linked b").textContent = state.who;
          box.querySelector(".zd-linked").hidden = false;
          box.querySelector(".zd-code").hidden = true;
          panel.querySelector(".zd-none")?.remove();
          return;
        }
        if (state.expired) {
          box.querySelector(".zd-code").hidden = true;
          return;
        }
      } catch {
        // The network hiccups: ask again.
      }
      setTimeout(again, document.hidden ? 5000 : 1500);
    };
    setTimeout(again, 1500);
  }

  if (box) {
    const form = box.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      askForCode(form).catch(() => form.submit());
    });
    if ("auto" in box.dataset) askForCode(form).catch(() => {});
  }

  const writing = panel.querySelector(".zd-write form");
  if (writing) {
    const words = writing.querySelector("textarea");
    const shown = writing.querySelector(".zd-preview");
    writing.querySelector("select").addEventListener("change", (event) => {
      if (event.target.value) words.value = event.target.value;
      words.dispatchEvent(new Event("input"));
    });
    let waiting = 0;
    words.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        if (!words.value.trim()) return (shown.hidden = true);
        const body = new URLSearchParams({ words: words.value, csrfmiddlewaretoken: token() });
        const answer = await fetch(writing.dataset.preview, { method: "POST", body });
        if (!answer.ok) return;
        shown.textContent = (await answer.json()).text;
        shown.hidden = false;
      }, 400);
    });
    writing.addEventListener("submit", () => { writing.querySelector("button").disabled = true; });
  }
})();
