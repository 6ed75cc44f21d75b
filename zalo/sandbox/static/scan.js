// The scanner: a picture, a pasted picture or a pasted link; the browser reads the code if it can, else the server.

import { h, icon } from "/phone/dom.js";
import { ask } from "/phone/net.js";

async function inBrowser(file) {
  if (!("BarcodeDetector" in window)) return "";
  try {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const codes = await detector.detect(await createImageBitmap(file));
    return codes[0]?.rawValue || "";
  } catch {
    return "";
  }
}

async function onServer(file) {
  const form = new FormData();
  form.append("file", file, file.name || "qr.png");
  return (await ask("POST", "qr", form)).text;
}

export function scanScreen(phone) {
  const picker = h("input", { type: "file", accept: "image/*", hidden: true, onchange: () => take(picker.files[0]) });
  const address = h("input", { name: "link", inputmode: "url", placeholder: "Dán đường link của mã QR", "aria-label": "Đường link của mã QR" });
  const frame = h("div", { class: "finder" }, h("i"), h("i"), h("i"), h("i"), h("p", {}, "Kéo ảnh mã QR vào đây,\ndán ảnh, hoặc chọn từ máy"));

  async function take(file) {
    if (!file) return;
    frame.classList.add("busy");
    const text = await phone.attempt(async () => (await inBrowser(file)) || onServer(file));
    frame.classList.remove("busy");
    picker.value = "";
    if (text) found(text);
  }

  function found(text) {
    if (!/^https?:\/\//i.test(text)) {
      phone.sheet("Nội dung mã QR", h("p", { class: "code" }, text), h("p", { class: "hint" }, "Mã này không phải là đường link."));
      return;
    }
    const close = phone.sheet("Đã đọc được mã", h("p", { class: "code" }, text),
      h("button", { class: "wide primary", onclick: () => { close(); phone.open(text); } }, "Mở liên kết"));
  }

  const pasted = (event) => {
    const picture = [...(event.clipboardData?.files || [])].find((file) => file.type.startsWith("image/"));
    if (picture) {
      event.preventDefault();
      take(picture);
    }
  };
  document.addEventListener("paste", pasted);

  const element = h("div", {
    class: "page scan",
    ondragover: (event) => event.preventDefault(),
    ondrop: (event) => {
      event.preventDefault();
      const file = event.dataTransfer.files[0];
      if (file) take(file);
      else if (event.dataTransfer.getData("text/uri-list")) found(event.dataTransfer.getData("text/uri-list").split("\n")[0]);
    },
  },
  h("header", { class: "bar" }, h("h1", {}, "Quét mã QR")),
  frame, picker,
  h("button", { class: "wide ghost", onclick: () => picker.click() }, icon("image"), "Chọn ảnh có mã QR"),
  h("form", {
    class: "paste",
    onsubmit: (event) => {
      event.preventDefault();
      const text = address.value.trim();
      if (/^https?:\/\//i.test(text)) phone.open(text);
      else if (text) found(text);
    },
  }, icon("link"), address, h("button", { class: "primary" }, "Mở")));
  return { element, leave: () => document.removeEventListener("paste", pasted) };
}
