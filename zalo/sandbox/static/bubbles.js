// One message, drawn by its kind.

import { clock, h, icon, linked, localPhone, size } from "/phone/dom.js";
import { act } from "/phone/net.js";

const FACES = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"];
const CHANNELS = { uid: "Thông báo", phone: "Thông báo qua số điện thoại", broadcast: "Bài viết" };

export function bubble({ message, first, contact, account, phone, press, update }) {
  const own = message.direction === "in";
  const draw = KINDS[message.kind] || KINDS.text;
  const body = draw({ message, content: message.content, contact, account, phone, press, update });
  const time = h("time", {}, clock(message.at_ms), own ? " · Đã gửi" : "");
  const liked = message.reactions.length > 0;
  const like = !own && h("button", {
    class: liked ? "like on" : "like", "aria-label": liked ? "Đã thích" : "Thích",
    onclick: () => phone.attempt(() => act(phone.person.id, account.id, "react", { message_id: message.id }).then(update)),
  }, icon("thumb"), liked && message.reactions.length > 1 ? String(message.reactions.length) : null);
  return h("article", { class: `message ${own ? "own" : "their"} ${first ? "first" : ""}`, "data-id": message.id, "data-kind": message.kind },
    !own && (first ? h("img", { class: "avatar", src: `/avatar/${account.id}.svg`, alt: "" }) : h("span", { class: "avatar" })),
    h("div", { class: "body" }, body, time, like));
}

const words = (text, phone) => h("p", { class: "words" }, linked(text || "", (url) => phone.open(url)));

const buttons = (list, press) =>
  list?.length ? h("div", { class: "buttons" }, list.map((button) => h("button", { onclick: () => press(button) }, button.title))) : null;

const KINDS = {
  text: ({ content, phone }) => words(content.text, phone),

  buttons: ({ content, phone, press }) => [words(content.text, phone), buttons(content.buttons, press)],

  list: ({ content, phone, press }) => [
    content.text ? words(content.text, phone) : null,
    h("div", { class: "listing" }, content.elements.map((row) =>
      h("button", { class: "item", disabled: !row.action, onclick: () => press(row.action) },
        h("span", {}, h("b", {}, row.title), row.subtitle && h("small", {}, row.subtitle)),
        row.image_url && h("img", { src: row.image_url, alt: "" })))),
    buttons(content.buttons, press),
  ],

  image: ({ content, phone }) => [
    h("a", { class: "picture", href: content.url, target: "_blank", rel: "noopener" }, h("img", { src: content.url, alt: content.name || "Hình ảnh" })),
    content.text ? words(content.text, phone) : null,
  ],

  file: ({ content }) => {
    const extension = (content.name.split(".").pop() || "").toUpperCase().slice(0, 4);
    return h("a", { class: "document", href: content.url, target: "_blank", rel: "noopener" },
      h("span", { class: `sheet-icon ${extension === "PDF" ? "pdf" : ""}` }, extension),
      h("span", { class: "lines" }, h("b", {}, content.name), h("small", {}, `${size(content.size)} · Chạm để mở`)));
  },

  audio: ({ content }) => h("audio", { controls: true, src: content.url }),
  video: ({ content }) => h("video", { controls: true, src: content.url }),
  sticker: () => h("span", { class: "sticker" }, icon("thumb", "Nhãn dán")),

  location: ({ content }) => h("div", { class: "place" }, h("span", { class: "map" }, icon("pin")),
    h("b", {}, "Vị trí đã chia sẻ"), h("small", {}, `${content.latitude}, ${content.longitude}`)),

  link: ({ content, phone }) => [content.text ? words(content.text, phone) : null, words(content.url, phone)],

  request_info: ({ content, contact, account, phone, update }) => {
    const shared = Boolean(contact.shared?.phone);
    return h("div", { class: "request" }, h("span", { class: "shield" }, icon("person")), h("b", {}, content.title), h("p", {}, content.subtitle),
      h("button", { class: shared ? "ghost" : "primary", disabled: shared, onclick: () => share(phone, account, update) },
        shared ? "Đã chia sẻ" : "Chia sẻ thông tin"));
  },

  template: ({ message, content, account, phone, press, update }) =>
    h("div", { class: "notice" },
      h("header", {}, h("img", { src: `/avatar/${account.id}.svg`, alt: "" }), h("span", {}, CHANNELS[message.channel] || "Thông báo")),
      content.title && h("h2", {}, content.title), words(content.text, phone),
      content.rating && rating(message, account, phone, update), buttons(content.buttons, press)),

  article: ({ content }) =>
    h("a", { class: "notice", href: `/phone/bai-viet/${content.article}`, target: "_blank", rel: "noopener" },
      content.image_url && h("img", { class: "cover-picture", src: content.image_url, alt: "" }),
      h("h2", {}, content.title), h("p", { class: "words" }, content.text)),
};
KINDS.gif = KINDS.image;
KINDS.business_card = KINDS.text;

function share(phone, account, update) {
  const person = phone.person;
  const facts = [["Họ tên", person.name], ["Số điện thoại", localPhone(person.phone)], ["Ngày sinh", person.birthday],
    ["Địa chỉ", [person.address, person.ward, person.city].filter(Boolean).join(", ")]];
  const close = phone.sheet("Chia sẻ thông tin", h("p", {}, `${account.name} muốn nhận thông tin sau:`),
    h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value || "–")))),
    h("button", {
      class: "wide primary",
      onclick: () => phone.attempt(async () => {
        await act(person.id, account.id, "share_info");
        close();
        await phone.refresh();
        await update();
      }),
    }, "Đồng ý chia sẻ"),
    h("button", { class: "wide ghost", onclick: () => close() }, "Không chia sẻ"));
}

function face(rate) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 40 40");
  svg.setAttribute("aria-hidden", "true");
  const bend = 27 + (rate - 3) * 3;
  for (const [name, attributes] of [["circle", { cx: 20, cy: 20, r: 18 }], ["circle", { cx: 14, cy: 16, r: 2, class: "eye" }],
    ["circle", { cx: 26, cy: 16, r: 2, class: "eye" }], ["path", { d: `M12 ${54 - bend} Q20 ${bend + (rate - 3) * 2} 28 ${54 - bend}` }]]) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  }
  return svg;
}

function rating(message, account, phone, update) {
  if (message.answered?.rate) {
    return h("div", { class: "rated" }, face(message.answered.rate), h("b", {}, FACES[message.answered.rate - 1]),
      message.answered.note && h("small", {}, `“${message.answered.note}”`));
  }
  const note = h("textarea", { rows: 2, maxlength: 500, placeholder: "Góp ý thêm (không bắt buộc)", "aria-label": "Góp ý thêm" });
  const send = (rate) => phone.attempt(async () => {
    await act(phone.person.id, account.id, "rate", { message_id: message.id, rate, note: note.value.trim() });
    await update();
  });
  const choose = (rate) => {
    const close = phone.sheet(FACES[rate - 1], note,
      h("button", { class: "wide primary", onclick: () => { close(); send(rate); } }, "Gửi đánh giá"));
  };
  return h("div", { class: "faces", role: "group", "aria-label": "Mức độ hài lòng" },
    FACES.map((label, place) => h("button", { title: label, "aria-label": label, "data-rate": place + 1, onclick: () => choose(place + 1) }, face(place + 1))));
}
