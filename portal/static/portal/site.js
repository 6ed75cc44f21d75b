// Small comforts; every page works without them.
"use strict";

const letters = document.getElementById("chu-lon");
if (letters) {
  letters.addEventListener("click", (event) => {
    // Without a new page: the answer of a search would be lost.
    event.preventDefault();
    const large = document.documentElement.classList.toggle("large");
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `chu=${large ? "lon" : "thuong"}; path=/; max-age=31536000; SameSite=Lax${secure}`;
    letters.querySelector("span").textContent = large ? letters.dataset.plain : letters.dataset.large;
    letters.href = `/tuy-chon/chu/?co=${large ? "thuong" : "lon"}`;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is folded on the screen is read on paper.
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("main details:not([open])")];
  unfolded.forEach((each) => (each.open = true));
});
window.addEventListener("afterprint", () => unfolded.forEach((each) => (each.open = false)));

// A link to a field inside a fold opens the fold.
const unfoldTarget = () => {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  const fold = target && target.closest("details");
  if (fold) fold.open = true;
  if (target && target.matches("input, select")) target.focus();
};
window.addEventListener("hashchange", unfoldTarget);
unfoldTarget();

const alarm = document.querySelector("[role=alert]");
if (alarm) {
  alarm.tabIndex = -1;
  alarm.focus({ preventScroll: false });
}

// What people open after a search teaches the search; who they are is not sent.
for (const list of document.querySelectorAll("[data-searched]")) {
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const code = link && link.getAttribute("href").split("/")[2];
    if (code) navigator.sendBeacon("/thu-tuc/da-chon/", new URLSearchParams({ q: list.dataset.searched, ma: code }));
  });
}
