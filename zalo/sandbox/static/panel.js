// "Làm hỏng để tập": one tap breaks the simulated Zalo, one tap mends it.

import { clock, day, h, icon } from "/phone/dom.js";
import { ask, watch } from "/phone/net.js";
import { toggle } from "/phone/screens.js";

// Each rehearsal is a handful of faults whose ids tell whether it is on.
const OUTAGES = [
  ["treo", "Zalo treo, không trả lời", [{ kind: "timeout", ms: 60000 }]],
  ["ngat", "Kết nối bị ngắt giữa chừng", [{ kind: "reset" }]],
  ["loi500", "Zalo báo lỗi máy chủ (500)", [{ kind: "html", status: 500 }]],
  ["trangla", "Zalo trả về trang lạ", [{ kind: "garbage" }]],
  ["nuot", "Nhận tin nhưng mất câu trả lời", [{ kind: "swallow", where: "openapi", path: "/v3.0/oa/message", ms: 60000 },
    { kind: "swallow", where: "business", path: "/message", ms: 60000 }]],
  ["cham", "Zalo rất chậm (3 giây)", [{ kind: "slow", ms: 3000 }]],
  ["dong", "Gửi quá nhanh, bị hạn chế (-32)", [{ kind: "rate" }]],
  ["hetquota", "Hết hạn mức tin nhắn", [{ kind: "error", code: -211, where: "openapi", path: "/v3.0/oa/message" },
    { kind: "error", code: -115, where: "business", path: "/message/template" }]],
  ["token", "Trang cấp quyền bị lỗi", [{ kind: "html", where: "oauth", status: 502 }]],
];
const WEBHOOK = [
  ["copies", "Gửi trùng mỗi sự kiện 2 lần", 2, 1],
  ["reorder", "Đảo thứ tự sự kiện", true, false],
  ["delay_ms", "Sự kiện đến trễ 1 phút", 60000, 0],
  ["signature", "Chữ ký sai", "bad", "good"],
  ["drop", "Làm mất sự kiện", true, false],
];
const STATUSES = { ENABLE: "Đang dùng", PENDING_REVIEW: "Chờ duyệt", REJECT: "Bị từ chối", DISABLE: "Bị khóa" };
const ROUTES = { cs: "Trả lời", uid: "Mẫu tin theo người dùng", phone: "Mẫu tin theo số điện thoại", broadcast: "Truyền thông" };

export function mountPanel(root) {
  const body = h("div", { class: "panel-body" });
  const note = h("p", { class: "panel-note", role: "status" });
  let seconds = 0;
  let state = null;
  let busy = false;

  const work = async (task, said) => {
    try {
      await task();
      note.textContent = said;
    } catch (error) {
      note.textContent = error.message;
    }
    await load();
  };

  async function breakIt(key, rules, on, label) {
    await work(async () => {
      for (const [place, rule] of rules.entries()) {
        const id = `tap-${key}-${place}`;
        if (on) await ask("POST", "faults", { id, ...rule, ...(seconds ? { for_seconds: seconds } : {}) });
        else await ask("DELETE", `faults?id=${encodeURIComponent(id)}`);
      }
    }, on ? `Đang tập: ${label}.` : `Đã khôi phục: ${label}.`);
  }

  async function load() {
    if (busy || (document.activeElement?.tagName === "SELECT" && body.contains(document.activeElement))) return;
    busy = true;
    try {
      state = await ask("GET", "state");
      const recent = await ask("GET", "messages?limit=8");
      paint(recent.messages.reverse());
    } catch (error) {
      note.textContent = error.message;
    } finally {
      busy = false;
    }
  }

  const group = (title, hint, ...content) => h("section", { class: "group" }, h("h3", {}, title), hint && h("p", { class: "hint" }, hint), content);
  const tap = (label, run, kind = "ghost") => h("button", { class: kind, onclick: run }, label);

  function paint(recent) {
    const on = new Set(state.faults.map((fault) => fault.id));
    const app = state.apps[0];
    const mode = state.behaviour.webhook;
    const broken = state.faults.length;
    const scroll = body.scrollTop;
    const opened = body.querySelector("details")?.open;
    const focusable = () => [...body.querySelectorAll("button, input, select, summary")];
    // What a repaint must not take away: the control that had the focus is found again by its words.
    const words = (element) => (element.closest("label") || element).textContent;
    const focused = body.contains(document.activeElement) ? words(document.activeElement) : "";
    body.replaceChildren(
      h("div", { class: broken ? "health bad" : "health" }, h("b", {}, broken ? `Zalo đang hỏng ${broken} chỗ` : "Zalo đang chạy tốt"),
        h("span", {}, `${clock(state.now_ms)} · ${day(state.now_ms, Date.now())} · đã nhận ${state.counts.accepted} tin`),
        broken ? tap("Khôi phục tất cả", () => work(() => ask("DELETE", "faults"), "Zalo đã chạy lại bình thường."), "primary") : null),

      group("Zalo gặp sự cố", null,
        h("label", { class: "inline" }, "Trong", h("select", { onchange: (event) => { seconds = Number(event.target.value); event.target.blur(); } },
          [[0, "cho tới khi tắt"], [30, "30 giây"], [60, "1 phút"], [600, "10 phút"]].map(([value, label]) =>
            h("option", { value, selected: value === seconds }, label)))),
        OUTAGES.map(([key, label, rules]) =>
          toggle(label, on.has(`tap-${key}-0`) || on.has(`tap-${key}-1`), (wanted) => breakIt(key, rules, wanted, label)))),

      group("Quyền truy cập", "Cổng phải tự gia hạn, hoặc báo cần cấp quyền lại.",
        tap("Thu hồi khóa truy cập", () => work(() => ask("POST", "tokens", { kinds: ["access"] }), "Đã thu hồi khóa truy cập.")),
        tap("Thu hồi cả khóa gia hạn", () => work(() => ask("POST", "tokens", { kinds: ["access", "refresh"], tell: true }),
          "Đã thu hồi mọi khóa: phải cấp quyền lại."), "danger")),

      group("Sự kiện gửi về cổng (webhook)", null,
        WEBHOOK.map(([name, label, bad, good]) =>
          toggle(label, mode[name] !== good, (wanted) =>
            work(() => ask("POST", "behaviour", { webhook: { [name]: wanted ? bad : good } }), wanted ? `Đang tập: ${label}.` : `Đã thôi: ${label}.`))),
        h("p", { class: app.webhook_enabled ? "hint" : "hint alarm" }, app.webhook_enabled
          ? `Đang chờ gửi: ${state.counts.pending_webhooks} sự kiện.`
          : "Zalo đã ngừng gửi sự kiện vì cổng không trả lời."),
        app.webhook_enabled ? null : tap("Đăng ký nhận lại", () => work(() => ask("POST", "apps", { id: app.id, webhook_enabled: true }), "Đã đăng ký nhận lại."), "primary")),

      group("Đồng hồ của Zalo", "Đi tới để thử cửa sổ 48 giờ, 7 ngày và hạn của khóa.",
        h("div", { class: "taps" },
          [["+1 giờ", 3600e3], ["+1 ngày", 86400e3], ["+7 ngày", 7 * 86400e3]].map(([label, advance_ms]) =>
            tap(label, () => work(() => ask("POST", "clock", { advance_ms }), `Đã đi tới ${label.slice(1)}.`))),
          tap("Về giờ thật", () => work(() => ask("POST", "clock", { offset_ms: 0 }), "Đồng hồ đã về giờ thật.")))),

      h("details", { class: "group", open: opened }, h("summary", {}, "Mẫu tin đã đăng ký"),
        state.templates.map((template) => h("label", { class: "inline spread" }, h("span", {}, template.title || template.name, h("small", {}, ` ${template.id}`)),
          h("select", {
            "aria-label": `Trạng thái mẫu ${template.title}`,
            onchange: (event) => { const status = event.target.value; event.target.blur(); work(() => ask("POST", "templates", { id: template.id, status }), "Đã đổi trạng thái mẫu tin."); },
          }, Object.entries(STATUSES).map(([value, label]) => h("option", { value, selected: template.status === value }, label)))))),

      group("Tin vừa nhận", null,
        recent.length ? h("ol", { class: "recent" }, recent.map((message) =>
          h("li", {}, h("small", {}, `${clock(message.at_ms)} · ${ROUTES[message.channel] || "Tin"}${message.price ? ` · ${message.price} đ` : ""}`),
            h("span", {}, message.content.title || message.content.text || message.content.name || "…"))))
          : h("p", { class: "hint" }, "Chưa có tin nào từ cổng.")),

      tap("Làm lại từ đầu", () => {
        if (confirm("Xóa mọi tin nhắn, người thêm vào và khóa đã cấp của Zalo mô phỏng?")) {
          work(() => ask("POST", "reset", {}), "Zalo mô phỏng đã về trạng thái ban đầu.").then(() => location.reload());
        }
      }, "danger wide"));
    body.scrollTop = scroll;
    if (focused) focusable().find((element) => words(element) === focused)?.focus({ preventScroll: true });
  }

  const handle = h("button", { class: "handle", "aria-label": "Làm hỏng để tập", "aria-expanded": "false", onclick: () => show(!root.classList.contains("open")) },
    h("span", {}, "TẬP DƯỢT"), icon("wrench"));
  function show(open) {
    root.classList.toggle("open", open);
    handle.setAttribute("aria-expanded", open);
    if (open) load();
  }
  root.append(handle, h("div", { class: "panel-sheet" },
    h("header", {}, h("h2", {}, "Làm hỏng để tập"), h("button", { class: "bare", "aria-label": "Đóng", onclick: () => show(false) }, icon("close"))),
    note, body));

  const visible = () => root.classList.contains("open") || matchMedia("(min-width: 860px)").matches;
  let waiting = 0;
  watch("*", () => {
    if (visible()) waiting ||= setTimeout(() => { waiting = 0; load(); }, 400);
  });
  setInterval(() => visible() && !document.hidden && load(), 5000);
  load();
}
