// The bar of every page of the desk: Ctrl+K, the bell, "?". Without it each of them is a link to a plain page.
"use strict";
(() => {
  const part = (id) => document.getElementById(id);
  const box = part("desk-find-box");
  const keys = part("desk-keys");
  const bell = part("desk-bell");
  if (!box || !keys || !bell) return;

  const open = (dialog) => { if (!dialog.open && !document.querySelector("dialog[open]")) dialog.showModal(); };
  document.querySelectorAll(".desk-dialog").forEach((dialog) => {
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  });

  // --- the keys of the page -----------------------------------------------------------------------------------------
  const typing = (node) => node.matches?.("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]");
  part("desk-keys-open").addEventListener("click", (event) => { event.preventDefault(); open(keys); });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open(box);
    } else if (event.key === "?" && !event.ctrlKey && !event.altKey && !typing(event.target)) {
      event.preventDefault();
      open(keys);
    }
  });

  // --- quick find ---------------------------------------------------------------------------------------------------
  const form = box.querySelector("form");
  const words = part("desk-find-words");
  const found = part("desk-found");
  let timer;
  let asked = "";
  let chosen = -1;
  const links = () => [...found.querySelectorAll("a")];
  const mark = (index) => {
    const all = links();
    all.forEach((link, place) => link.classList.toggle("is-chosen", place === index));
    chosen = all.length ? index : -1;
    all[index]?.scrollIntoView({ block: "nearest" });
    if (all[index]) words.setAttribute("aria-activedescendant", all[index].id); else words.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const text = words.value.trim();
    if (text === asked) return;
    asked = text;
    if (text.length < 2) { found.replaceChildren(); mark(-1); return; }
    const data = new URLSearchParams(new FormData(form));
    data.set("part", "1");
    const answer = await fetch(form.action, { method: "POST", body: data });
    if (!answer.ok || answer.redirected || words.value.trim() !== text) return;
    found.innerHTML = await answer.text();
    links().forEach((link, place) => { link.id = `desk-hit-${place}`; });
    words.setAttribute("aria-expanded", String(links().length > 0));
    mark(links().length ? 0 : -1);
  };
  words.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 220); });
  words.addEventListener("keydown", async (event) => {
    const all = links();
    if (event.key === "ArrowDown" && all.length) { event.preventDefault(); mark((chosen + 1) % all.length); }
    else if (event.key === "ArrowUp" && all.length) { event.preventDefault(); mark((chosen - 1 + all.length) % all.length); }
    else if (event.key === "Escape") { event.preventDefault(); box.close(); } // the box itself would only empty its words
    else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(timer);
      await ask();
      links()[Math.max(chosen, 0)]?.click();
    }
  });
  part("desk-find-open").addEventListener("click", (event) => { event.preventDefault(); open(box); words.select(); });

  // --- the bell -----------------------------------------------------------------------------------------------------
  const SEEN = 60000; // milliseconds between two looks while the page is seen; five times that while it is not
  const badge = bell.querySelector(".desk-bell-count");
  const list = bell.querySelector("ul");
  const title = document.title;
  const remembered = () => { try { return JSON.parse(sessionStorage.getItem("desk-bell") || "null"); } catch { return null; } };
  const number = (count) => parseInt(count, 10) || 0;
  const show = (rings) => {
    const before = remembered();
    const more = before ? rings.filter((ring) => number(ring.count) > number(before[ring.name])) : [];
    sessionStorage.setItem("desk-bell", JSON.stringify(Object.fromEntries(rings.map((ring) => [ring.name, ring.count]))));
    const total = rings.reduce((sum, ring) => sum + number(ring.count), 0);
    badge.hidden = total === 0;
    badge.textContent = total > 99 ? "99+" : String(total);
    bell.querySelector("[data-empty]").hidden = total > 0;
    list.replaceChildren(...rings.map((ring) => {
      const row = document.createElement("li");
      const link = document.createElement("a");
      link.href = ring.address;
      const count = document.createElement("b");
      count.textContent = ring.count;
      link.append(count, ` ${ring.label}`);
      row.append(link);
      return row;
    }));
    if (more.length) {
      bell.classList.add("is-new");
      part("desk-bell-said").textContent = `Mới: ${more.map((ring) => ring.label).join("; ")}.`;
      document.title = `(${badge.textContent}) ${title}`;
    }
  };
  let last = 0;
  let next;
  const look = async () => {
    clearTimeout(next);
    last = Date.now();
    try {
      const answer = await fetch(bell.dataset.address, { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 403) return; // signed out: no more questions
      if (answer.ok) show((await answer.json()).rings);
    } catch { /* the line is down for a moment: ask again at the next turn */ }
    next = setTimeout(look, document.hidden ? SEEN * 5 : SEEN);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - last > SEEN) look(); });
  bell.addEventListener("toggle", () => { if (bell.open) { bell.classList.remove("is-new"); document.title = title; } });
  document.addEventListener("click", (event) => { if (bell.open && !bell.contains(event.target)) bell.open = false; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && bell.open) { bell.open = false; bell.querySelector("summary").focus(); } });
  look();
})();
