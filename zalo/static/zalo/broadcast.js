// The part of a broadcast's page that moves while messages leave: fetched anew every few seconds.
(() => {
  "use strict";
  const section = document.querySelector("[data-live]");
  const part = section && section.querySelector("[data-live-part]");
  if (!part) return;
  const EVERY = 3000;
  const TIMES = 10; // a count that takes long is asked for less often: a tenth of the time at most goes to it
  let took = 0;
  const stateOf = () => part.querySelector("[data-state]")?.dataset.state;
  const before = stateOf();
  const look = async () => {
    if (!document.hidden) {
      const began = performance.now();
      try {
        const answer = await fetch(section.dataset.live, { credentials: "same-origin" });
        if (answer.ok && !answer.redirected) part.innerHTML = await answer.text();
      } catch {
        /* the next look will tell */
      }
      took = performance.now() - began;
      // Another step offers other acts: the page is read again, unless somebody types.
      const typing = document.activeElement && document.activeElement.matches("input, textarea, select");
      if (stateOf() !== before && !typing) {
        location.reload();
        return;
      }
    }
    setTimeout(look, Math.max(EVERY, TIMES * took));
  };
  setTimeout(look, EVERY);
})();
