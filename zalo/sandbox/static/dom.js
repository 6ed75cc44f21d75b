// Small tools to build the page: elements, icons, times, links.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  chat: "M4 5h16v11H11l-5 4v-4H4z",
  discover: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c0-4 4-6 8-6s8 2 8 6",
  search: "M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5",
  send: "M3 11l18-8-7 18-3-7z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9.5h.01",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  pin: "M12 21s7-6.5 7-12a7 7 0 10-14 0c0 5.500 7 12 7 12zM12 11.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
  plus: "M12 5v14M5 12h14",
  menu: "M4 7h16M4 12h16M4 17h16",
  keyboard: "M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 15h8",
  info: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v6M12 7.500h.01",
  check: "M5 13l4 4L19 7",
  phone: "M5 4h4l2 5-2.500 1.500a11 11 0 005 5L15 13l5 2v4a2 2 0 01-2 2A15 15 0 013 6a2 2 0 012-2z",
  close: "M6 6l12 12M18 6L6 18",
  link: "M10 14a4 4 0 005.700 0l3-3a4 4 0 00-5.700-5.700l-1 1M14 10a4 4 0 00-5.700 0l-3 3a4 4 0 005.700 5.700l1-1",
  bell: "M6 17V11a6 6 0 1112 0v6l2 2H4zM10 21h4",
  thumb: "M7 11v9H4v-9zM7 12l4-8a2 2 0 013 2l-1 4h5a2 2 0 012 2.300l-1 6A2 2 0 0117 20H7",
  wrench: "M14 6a4 4 0 015-3l-3 3 2 2 3-3a4 4 0 01-5 5L8 18a2 2 0 11-3-3z",
  chevron: "M9 5l7 7-7 7",
  clip: "M20 11l-8.500 8.500a5 5 0 01-7-7L13 4a3.300 3.300 0 014.700 4.700L9.500 17a1.700 1.700 0 01-2.400-2.400L15 7",
};

export function icon(name, label = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute(label ? "aria-label" : "aria-hidden", label || "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function badge() {
  const mark = h("span", { class: "verified", title: "Đã xác thực", role: "img", "aria-label": "Đã xác thực" });
  mark.append(icon("check"));
  return mark;
}

const ZONE = "Asia/Ho_Chi_Minh";
const CLOCK = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const DAY = new Intl.DateTimeFormat("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: ZONE });

export const clock = (ms) => CLOCK.format(ms);

export function day(ms, now) {
  const name = DAY.format(ms);
  if (name === DAY.format(now)) return "Hôm nay";
  if (name === DAY.format(now - 86_400_000)) return "Hôm qua";
  return name;
}

export function shortTime(ms, now) {
  if (now - ms < 60_000) return "Vừa xong";
  return DAY.format(ms) === DAY.format(now) ? clock(ms) : day(ms, now);
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1).replace(".", ",")} MB`;
}

export const localPhone = (phone) => (phone.startsWith("84") ? `0${phone.slice(2)}` : phone);

// Plain text with its web addresses made tappable.
export function linked(text, open) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/g);
  return parts.map((part, place) =>
    place % 2 ? h("a", { href: part, onclick: (event) => { event.preventDefault(); open(part); } }, part) : part,
  );
}
