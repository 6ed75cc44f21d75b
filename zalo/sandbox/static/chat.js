// A conversation: bubbles, what to tap, what to type.

import { badge, clock, day, h, icon } from "/phone/dom.js";
import { act, ask, sendFile } from "/phone/net.js";
import { bubble } from "/phone/bubbles.js";

const QUICK = ["Hồ sơ của tôi", "Thủ tục khai sinh", "Góp ý", "Gặp cán bộ", "Hỗ trợ", "Hướng dẫn", "Menu"];

export function chatScreen(phone) {
  const oa = phone.oa;
  const account = phone.account(oa);
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
  const say = (text) => phone.attempt(() => act(phone.person.id, oa, "text", { text }).then(update));
  let painted = "";

  const press = (button) => {
    if (button.type === "oa.open.url") return phone.open(button.payload.url ?? button.payload);
    if (button.type === "oa.open.phone") return phone.call(button.payload.phone_code);
    return phone.attempt(async () => {
      const told = await act(phone.person.id, oa, "press", { button });
      if (told.sms) phone.sheet("Nhắn tin SMS", h("p", {}, `Tới ${told.sms}: ${told.text}`));
      await update();
    });
  };

  async function update() {
    const data = await ask("GET", `people/${encodeURIComponent(phone.person.id)}/thread/${oa}`);
    const state = JSON.stringify([data.messages, data.contact.shared, data.contact.follows]);
    const unread = data.messages.some((message) => message.direction === "out" && !message.seen_ms);
    if (unread && !document.hidden && phone.screen === "chat") act(phone.person.id, oa, "see").catch(() => {});
    strip.hidden = data.contact.follows;
    if (state === painted) return;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < 120 || !painted;
    painted = state;
    paint(data);
    if (near) log.scrollTop = log.scrollHeight;
  }

  function paint({ messages, contact, now_ms }) {
    const rows = [];
    let lastDay = "";
    let before = null;
    for (const message of messages) {
      const name = day(message.at_ms, now_ms);
      if (name !== lastDay) rows.push(h("div", { class: "day" }, h("span", {}, `${clock(message.at_ms)}, ${name}`)));
      const first = name !== lastDay || before?.direction !== message.direction;
      lastDay = name;
      before = message;
      rows.push(bubble({ message, first, contact, account, phone, press, update }));
    }
    if (!messages.length) {
      rows.push(h("div", { class: "empty" }, h("img", { class: "portrait", src: `/avatar/${oa}.svg`, alt: "" }),
        h("p", {}, `Bắt đầu trò chuyện với ${account.name}`)));
    }
    log.replaceChildren(...rows);
  }

  const input = h("input", { name: "text", maxlength: 2000, placeholder: "Tin nhắn", "aria-label": "Tin nhắn", autocomplete: "off", oninput: armed });
  const sendButton = h("button", { class: "bare send", "aria-label": "Gửi" }, icon("send"));
  function armed() {
    composer.classList.toggle("typing", Boolean(input.value.trim()));
  }
  const picker = h("input", { type: "file", hidden: true, onchange: () => attach(picker.files[0]) });
  function attach(file) {
    if (file) phone.attempt(() => sendFile(phone.person.id, oa, file).then(update));
    picker.value = "";
  }
  const choose = (accept) => { picker.accept = accept; picker.click(); };

  const composer = h("form", {
    class: "composer",
    onsubmit: (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      input.value = "";
      armed();
      say(text);
    },
  },
  h("button", { type: "button", class: "bare", "aria-label": "Mở menu", onclick: () => swap(true) }, icon("menu")),
  input, sendButton,
  h("span", { class: "extras" },
    h("button", { type: "button", class: "bare", "aria-label": "Gửi tệp", onclick: () => choose("") }, icon("clip")),
    h("button", { type: "button", class: "bare", "aria-label": "Gửi ảnh", onclick: () => choose("image/*") }, icon("image")),
    h("button", { type: "button", class: "bare", "aria-label": "Gửi vị trí", onclick: place }, icon("pin"))),
  picker);

  function place() {
    phone.attempt(() => act(phone.person.id, oa, "location", { latitude: 10.5359, longitude: 106.4137 }).then(update));
  }

  const menuBar = h("div", { class: "menubar", hidden: true },
    h("button", { class: "bare", "aria-label": "Mở bàn phím", onclick: () => swap(false) }, icon("keyboard")),
    (account.menu || []).map((column) =>
      h("button", { class: "column", onclick: (event) => popup(column, event.currentTarget) },
        column.items?.length ? icon("menu") : null, column.title)));

  function popup(column, anchor) {
    const open = element.querySelector(".popup");
    open?.remove();
    if (open?.dataset.title === column.title) return;
    if (!column.items?.length) return press(column);
    const list = h("div", { class: "popup", "data-title": column.title },
      column.items.map((item) => h("button", { onclick: () => { list.remove(); press(item); } }, item.title)));
    element.append(list);
    const box = anchor.getBoundingClientRect();
    const page = element.getBoundingClientRect();
    const left = box.left - page.left + box.width / 2 - list.offsetWidth / 2;
    list.style.left = `${Math.max(8, Math.min(left, page.width - list.offsetWidth - 8))}px`;
  }

  function swap(toMenu) {
    menuBar.hidden = !toMenu;
    composer.hidden = toMenu;
    chips.hidden = toMenu;
    element.querySelector(".popup")?.remove();
    if (!toMenu) input.focus();
  }

  const chips = h("div", { class: "chips", "aria-label": "Gõ nhanh" },
    QUICK.map((text) => h("button", { onclick: () => say(text) }, text)));
  const strip = h("div", { class: "strip", hidden: true }, h("span", {}, "Quan tâm để nhận thông báo hồ sơ"),
    h("button", { class: "primary", onclick: () => phone.attempt(() => act(phone.person.id, oa, "follow").then(phone.refresh)) }, "Quan tâm"));

  const element = h("div", {
    class: "page chat",
    onclick: (event) => { if (!event.target.closest(".popup, .column")) element.querySelector(".popup")?.remove(); },
    ondragover: (event) => event.preventDefault(),
    ondrop: (event) => { event.preventDefault(); attach(event.dataTransfer.files[0]); },
  },
  h("header", { class: "bar" },
    h("button", { class: "bare", "aria-label": "Quay lại", onclick: () => phone.go("inbox") }, icon("back")),
    h("div", { class: "who" }, h("h1", {}, h("span", {}, account.name), account.verified && badge()), h("small", {}, "Tài khoản Official Account")),
    h("button", { class: "bare", "aria-label": "Thông tin", onclick: () => phone.go("account", oa) }, icon("info"))),
  strip, log, chips, composer, menuBar);

  if (account.menu?.length) swap(true);
  const visible = () => { if (!document.hidden) phone.attempt(update); };
  document.addEventListener("visibilitychange", visible);
  return {
    element,
    update,
    shown: () => phone.attempt(update),
    leave: () => document.removeEventListener("visibilitychange", visible),
  };
}
