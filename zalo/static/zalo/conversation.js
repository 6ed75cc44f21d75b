// A conversation: new lines appear by themselves, ready answers go into the box, the reply window counts down.
"use strict";
(() => {
  const thread = document.getElementById("zd-thread");
  if (!thread) return;
  const atEnd = () => thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  thread.scrollTop = thread.scrollHeight;
  async function look() {
    try {
      const answer = await fetch(thread.dataset.more, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const { html } = await answer.json();
        if (html.trim() !== look.last) {
          const follow = atEnd();
          thread.innerHTML = html;
          if (follow) thread.scrollTop = thread.scrollHeight;
        }
        look.last = html.trim();
      }
    } catch {
      // The network hiccups: ask again.
    }
    setTimeout(look, document.hidden ? 15000 : 3000);
  }
  look.last = "";
  setTimeout(look, 3000);

  const text = document.getElementById("zd-text");
  const put = (words) => {
    text.value = words;
    text.focus();
  };
  document.getElementById("zd-canned")?.addEventListener("change", (event) => {
    const chosen = event.target.selectedOptions[0];
    if (chosen.dataset.text) put(chosen.dataset.text);
  });
  document.querySelectorAll("[data-use]").forEach((button) => {
    button.hidden = !text;
    button.addEventListener("click", () => {
      put(button.dataset.use);
      document.querySelector("[name=faq]").value = button.dataset.faq;
    });
  });
  document.querySelector(".zd-answer")?.addEventListener("submit", (event) => {
    event.target.querySelector("button").disabled = true;
  });

  const until = document.querySelector("[data-until]");
  if (until) {
    const end = Date.parse(until.dataset.until);
    setInterval(() => {
      const minutes = Math.floor((end - Date.now()) / 60000);
      if (minutes < 0) return (until.textContent = "Đã hết");
      const days = Math.floor(minutes / 1440);
      const hours = Math.floor((minutes % 1440) / 60);
      until.textContent = `${days ? `${days} ngày ` : ""}${hours} giờ ${minutes % 60} phút`;
    }, 30000);
  }
})();
