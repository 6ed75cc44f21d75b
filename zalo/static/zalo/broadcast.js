// The part of a broadcast's page that moves while messages leave: fetched anew every few seconds.
(() => {
  "use strict";
  const section = document.querySelector("[data-live]");
  const part = section && section.querySelector("[data-live-part]");
  if (!part) return;
  const EVERY = 3000;
  const stateOf = () => part.querySelector("[data-state]")?.dataset.state;
  const before = stateOf();
  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(section.dataset.live, { credentials: "same-origin" });
        if (answer.ok && !answer.redirected) part.innerHTML = await answer.text();
      } catch {
        /* the next look will tell */
      }
      // Another step offers other acts: the page is read again, unless somebody types.
      const typing = document.activeElement && document.activeElement.matches("input, textarea, select");
      if (stateOf() !== before && !typing) {
        location.reload();
        return;
      }
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
})();
