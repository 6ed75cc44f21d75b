// People, inbox, Official Accounts, and the page about oneself.

import { badge, day, h, icon, localPhone, shortTime } from "/phone/dom.js";
import { act, ask } from "/phone/net.js";

const bar = (title, back) =>
  h("header", { class: "bar" }, back && h("button", { class: "bare", "aria-label": "Quay lại", onclick: back }, icon("back")),
    h("h1", {}, title));

export function peopleScreen(phone) {
  const list = h("div", { class: "rows" });
  async function update() {
    const { people, total } = await ask("GET", "people");
    list.replaceChildren(
      ...people.map((person) =>
        h("button", { class: "row", onclick: () => phone.take(person.id) },
          h("img", { class: "avatar", src: `/avatar/${person.id}.svg`, alt: "" }),
          h("span", { class: "lines" }, h("b", {}, person.name), h("small", {}, localPhone(person.phone))), icon("chevron"))),
      ...(total > people.length ? [h("p", { class: "hint pad" }, `… và ${total - people.length} người nữa`)] : []));
  }
  update();
  const element = h("div", { class: "page" },
    h("header", { class: "bar tall" }, h("h1", {}, "Ai đang cầm máy?"),
      h("p", {}, "Chọn một người dân để nhận tin và trò chuyện như trên điện thoại của họ.")),
    list,
    h("button", { class: "wide ghost", onclick: () => addPerson(phone) }, icon("plus"), "Thêm người"));
  return { element };
}

function addPerson(phone) {
  const field = (label, name, props) =>
    h("label", { class: "field" }, label, h("input", { name, required: true, autocomplete: "off", ...props }));
  const form = h("form", {
    onsubmit: (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      phone.attempt(async () => {
        const person = await ask("POST", "people", values);
        close();
        await phone.take(person.id);
      });
    },
  },
  field("Họ và tên", "name", { placeholder: "Nguyễn Văn An", maxlength: 80 }),
  field("Số điện thoại", "phone", { placeholder: "0912 345 678", inputmode: "tel", maxlength: 16 }),
  h("button", { class: "wide primary" }, "Dùng máy này"));
  const close = phone.sheet("Thêm người", form);
}

export function inboxScreen(phone) {
  const list = h("div", { class: "rows" });
  function update() {
    const shown = phone.accounts.filter((account) => account.last || account.contact.follows)
      .sort((a, b) => (b.last?.at_ms || 0) - (a.last?.at_ms || 0));
    list.replaceChildren(...shown.map((account) =>
      h("button", { class: account.unread ? "row unread" : "row", onclick: () => phone.go("chat", account.id) },
        h("img", { class: "avatar", src: `/avatar/${account.id}.svg`, alt: "" }),
        h("span", { class: "lines" }, h("b", {}, account.name, account.verified && badge()),
          h("small", {}, account.last ? `${account.last.direction === "in" ? "Bạn: " : ""}${account.last.text}` : "Bạn đã quan tâm")),
        h("span", { class: "side" }, h("time", {}, account.last ? shortTime(account.last.at_ms, phone.now) : ""),
          account.unread > 0 && h("b", { class: "count", "aria-label": `${account.unread} tin chưa đọc` },
            account.unread > 9 ? "9+" : account.unread)))));
    if (!shown.length) {
      list.append(h("div", { class: "empty" }, icon("chat"), h("p", {}, "Chưa có tin nhắn nào."),
        h("button", { class: "primary", onclick: () => phone.go("discover") }, "Tìm Official Account")));
    }
  }
  update();
  const element = h("div", { class: "page" },
    h("header", { class: "bar search" }, h("h1", { class: "unseen" }, "Tin nhắn"), icon("search"),
      h("button", { class: "bare grow", onclick: () => phone.go("discover") }, "Tìm kiếm"),
      h("button", { class: "bare", "aria-label": "Quét mã QR", onclick: () => phone.go("scan") }, icon("scan"))),
    list);
  return { element, update };
}

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();

export function discoverScreen(phone) {
  const list = h("div", { class: "rows" });
  const input = h("input", { type: "search", placeholder: "Tên hoặc từ khóa", "aria-label": "Tìm Official Account", oninput: update });
  function update() {
    const words = fold(input.value.trim()).split(/\s+/);
    // Zalo finds names that are near what is typed; so do the words a poster tells people to type.
    const near = (name) => 2 * words.filter((word) => name.includes(word)).length >= words.length;
    const found = phone.accounts.filter((account) => near(fold(`${account.name} ${account.alias}`)));
    list.replaceChildren(h("h2", { class: "over" }, "Official Account"),
      ...found.map((account) =>
        h("button", { class: "row", onclick: () => phone.go("account", account.id) },
          h("img", { class: "avatar", src: `/avatar/${account.id}.svg`, alt: "" }),
          h("span", { class: "lines" }, h("b", {}, account.name, account.verified && badge()),
            h("small", {}, account.contact.follows ? "Đã quan tâm" : `${account.followers} người quan tâm`)), icon("chevron"))),
      ...(found.length ? [] : [h("p", { class: "hint pad" }, "Không tìm thấy. Hãy thử tên khác, ví dụ “chính quyền số”.")]));
  }
  update();
  const element = h("div", { class: "page" }, h("header", { class: "bar search" }, h("h1", { class: "unseen" }, "Khám phá"), icon("search"), input), list);
  return { element, update };
}

export function accountScreen(phone) {
  const element = h("div", { class: "page account" });
  function update() {
    const account = phone.account();
    if (!account) return element.replaceChildren(bar("Không tìm thấy", () => phone.go("discover")));
    const { follows, blocked } = account.contact;
    const follow = () => phone.attempt(() => act(phone.person.id, account.id, follows ? "unfollow" : "follow").then(phone.refresh));
    const talk = () => phone.attempt(async () => {
      await act(phone.person.id, account.id, "open_chat");
      phone.go("chat", account.id);
    });
    element.replaceChildren(
      h("div", { class: "cover" }, h("button", { class: "bare", "aria-label": "Quay lại", onclick: () => phone.go("inbox") }, icon("back"))),
      h("img", { class: "portrait", src: `/avatar/${account.id}.svg`, alt: "" }),
      h("h1", {}, account.name, account.verified && badge()),
      h("p", { class: "hint" }, `Cơ quan nhà nước · ${account.followers} người quan tâm`),
      h("div", { class: "pair" },
        h("button", { class: follows ? "ghost" : "primary", onclick: follow }, follows ? "Đã quan tâm" : "Quan tâm"),
        h("button", { class: follows ? "primary" : "ghost", onclick: talk }, "Nhắn tin")),
      h("section", { class: "card" }, h("h2", {}, "Giới thiệu"), h("p", {}, account.description || "Chưa có giới thiệu.")),
      h("section", { class: "card" }, h("h2", {}, "Quyền riêng tư"),
        toggle("Chặn tài khoản này", blocked, (on) =>
          phone.attempt(() => act(phone.person.id, account.id, "block", { blocked: on }).then(phone.refresh))),
        h("button", { class: "line", onclick: () => withdraw(phone, account) }, "Yêu cầu xóa dữ liệu của tôi")));
  }
  update();
  return { element, update };
}

function withdraw(phone, account) {
  const close = phone.sheet("Xóa dữ liệu", h("p", {}, `Yêu cầu “${account.name}” xóa mọi dữ liệu cá nhân của bạn?`),
    h("button", {
      class: "wide danger",
      onclick: () => phone.attempt(async () => {
        await act(phone.person.id, account.id, "withdraw");
        close();
        phone.toast("Đã gửi yêu cầu xóa dữ liệu.");
      }),
    }, "Gửi yêu cầu"));
}

export function toggle(label, on, change) {
  return h("label", { class: "toggle" }, h("span", {}, label),
    h("input", { type: "checkbox", role: "switch", checked: on, onchange: (event) => change(event.target.checked) }));
}

export function meScreen(phone) {
  const element = h("div", { class: "page" });
  function update() {
    const person = phone.person;
    const change = (values) => phone.attempt(() => ask("POST", "people", { id: person.id, ...values }).then(phone.refresh));
    const line = (name, value) => h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value || "–"));
    const shared = phone.accounts.filter((account) => account.contact.shared?.phone);
    element.replaceChildren(bar("Cá nhân"),
      h("div", { class: "self" }, h("img", { class: "portrait", src: `/avatar/${person.id}.svg`, alt: "" }),
        h("div", {}, h("b", {}, person.name), h("small", {}, localPhone(person.phone)))),
      h("dl", { class: "card" }, line("Giới tính", person.gender), line("Ngày sinh", person.birthday),
        line("Địa chỉ", [person.address, person.ward, person.city].filter(Boolean).join(", ")),
        line("Đã chia sẻ số với", shared.map((account) => account.name).join(", "))),
      h("section", { class: "card" }, h("h2", {}, "Tình trạng của máy này"),
        toggle("Có tài khoản Zalo", person.has_zalo, (on) => change({ has_zalo: on })),
        toggle("Dùng Zalo trên điện thoại", person.on_mobile, (on) => change({ on_mobile: on })),
        toggle("Lâu không dùng Zalo (trên 45 ngày)", person.inactive, (on) => change({ inactive: on }))),
      h("button", { class: "wide ghost", onclick: () => phone.go("people") }, icon("person"), "Đưa máy cho người khác"),
      h("p", { class: "hint pad center" }, `Hôm nay theo đồng hồ của Zalo mô phỏng: ${day(phone.now, 0)}`));
  }
  update();
  return { element, update };
}
