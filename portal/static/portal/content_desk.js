// The text of a piece in Trix, which Unfold brings along; without JavaScript it is written in the box below as it is.
"use strict";
(() => {
  const box = document.querySelector("textarea[data-rich]");
  if (!box || !window.Trix) return;
  const tools = [
    ["attribute", "bold", "Đậm", "b"], ["attribute", "italic", "Nghiêng", "i"],
    ["attribute", "heading2", "Tiêu đề"], ["attribute", "heading3", "Tiêu đề nhỏ"],
    ["attribute", "bullet", "Danh sách"], ["attribute", "number", "Đánh số"], ["attribute", "quote", "Trích dẫn"],
    ["link", "href", "Liên kết", "k"], ["action", "undo", "Hoàn tác", "z"], ["action", "redo", "Làm lại", "shift+z"],
  ];
  const block = (tagName) => ({ tagName, breakOnReturn: true, group: false, terminal: true });
  Trix.config.blockAttributes.heading2 = block("h2");
  Trix.config.blockAttributes.heading3 = block("h3");
  Trix.config.blockAttributes.default.tagName = "p";
  Trix.config.blockAttributes.default.breakOnReturn = true;

  const toolbar = document.createElement("trix-toolbar");
  toolbar.id = "thanh-soan";
  const row = document.createElement("div");
  row.className = "content-tools";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Định dạng");
  for (const [what, name, words, key] of tools) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    if (what === "link") button.dataset.trixAction = "link";
    if (what === "action") button.dataset.trixAction = name;
    else button.dataset.trixAttribute = name;
    if (key) button.dataset.trixKey = key;
    row.append(button);
  }
  const dialogs = document.createElement("div");
  dialogs.dataset.trixDialogs = "";
  const dialog = document.createElement("div");
  dialog.className = "trix-dialog";
  dialog.dataset.trixDialog = "href";
  dialog.dataset.trixDialogAttribute = "href";
  const address = document.createElement("input");
  Object.assign(address, { type: "text", name: "href", placeholder: "https://…", disabled: true, className: "mc-input" });
  address.setAttribute("aria-label", "Địa chỉ liên kết");
  address.dataset.trixInput = "";
  dialog.append(address);
  for (const [method, words] of [["setAttribute", "Gắn liên kết"], ["removeAttribute", "Bỏ liên kết"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.dataset.trixMethod = method;
    dialog.append(button);
  }
  dialogs.append(dialog);
  row.append(dialogs);
  toolbar.append(row);

  const frame = document.createElement("div");
  frame.className = "content-rich";
  const editor = document.createElement("trix-editor");
  editor.setAttribute("input", box.id);
  editor.setAttribute("toolbar", toolbar.id);
  editor.setAttribute("aria-labelledby", "nhan-body");
  frame.append(toolbar, editor);
  box.hidden = true;
  box.after(frame);
  // Files belong to the fields below, with words for those who cannot see them.
  const said = document.createElement("p");
  said.className = "mc-error";
  said.setAttribute("role", "alert");
  frame.after(said);
  const refuse = () => {
    said.textContent = "Ảnh dán vào nội dung không được giữ. Chọn ảnh ở ô “Thêm ảnh” và ghi mô tả.";
  };
  editor.addEventListener("trix-file-accept", (event) => {
    event.preventDefault();
    refuse();
  });
  editor.addEventListener("trix-attachment-add", (event) => {
    event.attachment.remove();
    refuse();
  });
})();
