// The linking page: copy the code, and turn green when it was sent. Without scripts both are done by hand.
(() => {
  const box = document.getElementById("ma-ket-noi");
  if (!box) return;
  const copy = box.querySelector("[data-copy]");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.textContent = copy.dataset.copied;
    });
  }
  const started = Date.now();
  async function look() {
    if (Date.now() - started > 30 * 60 * 1000) return;
    try {
      const answer = await fetch(box.dataset.state, { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).linked) {
        box.classList.add("is-linked");
        document.getElementById("da-ket-noi").hidden = false;
        return;
      }
    } catch {
      // Offline for a moment: ask again.
    }
    setTimeout(look, document.hidden ? 5000 : 1500);
  }
  setTimeout(look, 1500);
})();
