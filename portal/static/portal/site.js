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

// The browser's own button for files speaks the browser's language: the page's own lies over it and says what was chosen.
const fileWords = document.getElementById("noi-dung")?.dataset;
for (const input of document.querySelectorAll("main input[type=file]")) {
  const box = document.createElement("span");
  const shown = document.createElement("span");
  const say = () => {
    const names = [...input.files].map((file) => file.name).join(", ");
    shown.textContent = names || (input.multiple ? fileWords.chooseFiles : fileWords.chooseFile);
  };
  box.className = input.matches(".drop") ? "file-box drop" : "file-box";
  shown.setAttribute("aria-hidden", "true");
  input.replaceWith(box);
  box.append(input, shown);
  input.addEventListener("change", say);
  input.form?.addEventListener("reset", () => setTimeout(say));
  window.addEventListener("pageshow", say); // what the back button brings back
  say();
}

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

// Without a connection the phone shows how to reach the centre instead of nothing.
if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/khong-mang.js").catch(() => {});
}

// The page of one's own dossier, kept on this phone for when there is no connection, until the button is pressed again.
const keeper = document.getElementById("giu-trang");
if (keeper && "caches" in window && "serviceWorker" in navigator && window.isSecureContext) {
  const words = keeper.querySelector("span");
  const saved = () => caches.open("ho-so-da-luu");
  const show = async () => {
    words.textContent = (await (await saved()).match(location.pathname)) ? keeper.dataset.drop : keeper.dataset.keep;
    keeper.hidden = false;
  };
  keeper.addEventListener("click", async () => {
    const pages = await saved();
    if (!(await pages.delete(location.pathname))) await pages.add(location.pathname).catch(() => {});
    show();
  });
  show();
}

// Reading aloud, with the voices the phone has for the language of the page; without one the button stays away.
const reader = document.getElementById("doc-trang");
if (reader && "speechSynthesis" in window) {
  const words = reader.querySelector("span");
  const read = words.textContent;
  const page = document.documentElement.lang;
  const voiceOf = (lang) => speechSynthesis.getVoices().find((voice) => voice.lang.slice(0, 2) === lang);
  const offer = () => (reader.hidden = !voiceOf(page));
  const pieces = () => {
    const found = [];
    for (const each of document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd, label, summary)")) {
      const text = each.innerText.replace(/\s+/g, " ").trim();
      const inside = each.querySelector("p, li, dt, dd, h2, h3, label, summary");
      if (!text || inside || each.closest("[aria-hidden=true]") || !each.getClientRects().length) continue;
      const lang = each.closest("[lang]").lang.slice(0, 2);
      // Long utterances are cut off by some phones: sentence by sentence.
      for (const part of text.match(/[^.!?;]+[.!?;]*/g) || []) found.push([part, voiceOf(lang) ? lang : page]);
    }
    return found;
  };
  const show = (on) => (words.textContent = on ? reader.dataset.stop : read);
  reader.addEventListener("click", () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      show(false);
      return;
    }
    const parts = pieces();
    parts.forEach(([text, lang], place) => {
      const spoken = new SpeechSynthesisUtterance(text);
      spoken.lang = lang;
      spoken.voice = voiceOf(lang) || null;
      if (place === parts.length - 1) spoken.addEventListener("end", () => show(false));
      speechSynthesis.speak(spoken);
    });
    show(parts.length > 0);
  });
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
  offer();
}
