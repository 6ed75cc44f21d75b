// The handset: who holds it, which screen shows, notifications.

import { clock, h, icon } from "/phone/dom.js";
import { ask, watch } from "/phone/net.js";
import { chatScreen } from "/phone/chat.js";
import { accountScreen, discoverScreen, inboxScreen, meScreen, peopleScreen } from "/phone/screens.js";
import { scanScreen } from "/phone/scan.js";
import { mountPanel } from "/phone/panel.js";

const root = document.getElementById("screen");
const SCREENS = {
  people: peopleScreen,
  inbox: inboxScreen,
  discover: discoverScreen,
  scan: scanScreen,
  me: meScreen,
  account: accountScreen,
  chat: chatScreen,
};
const TABS = [
  ["inbox", "chat", "Tin nhắn"],
  ["discover", "discover", "Khám phá"],
  ["scan", "scan", "Quét QR"],
  ["me", "person", "Cá nhân"],
];

export const phone = {
  person: null,
  accounts: [],
  now: Date.now(),
  screen: "people",
  oa: "",
  stop: null,
  view: null,
  known: null,

  async start() {
    const wanted = new URLSearchParams(location.search).get("nguoi") || sessionStorage.getItem("nguoi");
    const { people } = await ask("GET", "people");
    const found = people.find((person) => person.id === wanted);
    if (found) await phone.take(found.id);
    else phone.go("people");
    window.addEventListener("hashchange", phone.followHash);
    mountPanel(document.getElementById("panel"));
    setInterval(phone.tick, 5000);
  },

  // Give the phone to somebody.
  async take(id) {
    phone.stop?.();
    sessionStorage.setItem("nguoi", id);
    phone.person = { id };
    phone.known = null;
    await phone.refresh();
    phone.stop = watch(id, () => phone.refresh().catch(() => {}));
    if (!phone.followHash()) phone.go("inbox");
  },

  followHash() {
    const oa = /^#oa=(\d+)$/.exec(location.hash)?.[1];
    if (!oa || !phone.person) return false;
    history.replaceState(null, "", location.pathname + location.search);
    phone.go("account", oa);
    return true;
  },

  async refresh() {
    const data = await ask("GET", `people/${encodeURIComponent(phone.person.id)}/inbox`);
    phone.person = data.person;
    phone.accounts = data.accounts;
    phone.now = data.now_ms;
    phone.announce();
    await phone.view?.update?.();
    phone.paintBadges();
  },

  account: (id = phone.oa) => phone.accounts.find((account) => account.id === id),

  go(screen, oa = phone.oa) {
    phone.screen = screen;
    phone.oa = oa;
    phone.view?.leave?.();
    phone.view = SCREENS[screen](phone);
    const tabs = TABS.some(([name]) => name === screen) && h("nav", { class: "tabs", "aria-label": "Các mục" },
      TABS.map(([name, picture, label]) =>
        h("button", {
          class: name === screen ? "tab on" : "tab", "data-tab": name, "aria-current": name === screen && "page",
          onclick: () => phone.go(name),
        }, icon(picture), h("span", {}, label), h("b", { class: "count", hidden: true }))));
    root.replaceChildren(phone.statusBar(), ...[phone.view.element, tabs].filter(Boolean));
    root.dataset.screen = screen;
    phone.paintBadges();
    phone.view.shown?.();
  },

  statusBar: () =>
    h("div", { class: "status" }, h("span", { class: "time" }, clock(phone.now)),
      h("span", { class: "rehearsal" }, "TẬP DƯỢT"), h("span", { class: "signal", "aria-hidden": "true" })),

  tick() {
    phone.now += 5000;
    const time = root.querySelector(".status .time");
    if (time) time.textContent = clock(phone.now);
  },

  paintBadges() {
    const total = phone.accounts.reduce((sum, account) => sum + account.unread, 0);
    const mark = root.querySelector('[data-tab="inbox"] .count');
    if (mark) {
      mark.hidden = !total;
      mark.textContent = total > 99 ? "99+" : total;
    }
    document.title = total ? `(${total}) Điện thoại mô phỏng` : "Điện thoại mô phỏng";
  },

  // A banner and a ping for what arrived while another screen was showing.
  announce() {
    const before = phone.known;
    phone.known = new Map(phone.accounts.map((account) => [account.id, account.last?.at_ms || 0]));
    if (!before) return;
    for (const account of phone.accounts) {
      const fresh = account.last?.direction === "out" && account.last.at_ms > (before.get(account.id) || 0);
      const looking = phone.screen === "chat" && phone.oa === account.id && !document.hidden;
      if (fresh && account.unread && !looking) phone.banner(account);
    }
  },

  banner(account) {
    ping();
    const bar = h("button", { class: "banner", onclick: () => { bar.remove(); phone.go("chat", account.id); } },
      h("img", { src: `/avatar/${account.id}.svg`, alt: "" }),
      h("span", {}, h("b", {}, account.name), h("em", {}, account.last.text)));
    root.querySelector(".banner")?.remove();
    root.append(bar);
    setTimeout(() => bar.remove(), 5000);
  },

  toast(text) {
    root.querySelector(".toast")?.remove();
    const note = h("div", { class: "toast", role: "status" }, text);
    root.append(note);
    setTimeout(() => note.remove(), 3500);
  },

  // Run an act; what goes wrong is said in a sentence.
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      phone.toast(error.message);
      return null;
    }
  },

  sheet(title, ...content) {
    const close = () => veil.remove();
    const veil = h("div", { class: "veil", onclick: (event) => event.target === veil && close() },
      h("div", { class: "sheet", role: "dialog", "aria-label": title },
        h("header", {}, h("h2", {}, title), h("button", { class: "bare", "aria-label": "Đóng", onclick: close }, icon("close"))),
        ...content));
    root.append(veil);
    veil.querySelector("input, button:not(.bare)")?.focus();
    return close;
  },

  // Links to an Official Account open on the phone; every other address in the browser.
  open(url) {
    let address;
    try {
      address = new URL(url, location.href);
    } catch {
      return phone.toast("Đường link không hợp lệ.");
    }
    const path = address.pathname.slice(1);
    const account = phone.accounts.find((each) => each.id === path || each.alias === path);
    if (account && ["zalo.me", location.host].includes(address.host)) return phone.go("account", account.id);
    if (!["http:", "https:"].includes(address.protocol)) return phone.toast("Chỉ mở được đường link web.");
    window.open(address.href, "_blank", "noopener");
  },

  call(number) {
    phone.sheet("Gọi điện", h("p", { class: "dial" }, number),
      h("p", { class: "hint" }, "Điện thoại mô phỏng không gọi thật. Trên máy của người dân, cuộc gọi bắt đầu từ đây."));
  },
};

let audio = null;
function ping() {
  try {
    audio ||= new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.setValueAtTime(880, audio.currentTime);
    tone.frequency.setValueAtTime(1175, audio.currentTime + 0.09);
    volume.gain.setValueAtTime(0.08, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.36);
  } catch {
    // No sound on this machine: the banner is enough.
  }
}

phone.start().catch((error) => root.replaceChildren(h("p", { class: "empty" }, error.message)));
