// Mends what Unfold's pages leave out for the keyboard and for screen readers; every page works without it.
"use strict";
(() => {
  const pressable = "a[x-on\\:click]:not([href]), div[x-on\\:click], span[x-on\\:click], td[x-on\\:click]";
  const words = { dock_to_right: "Ẩn hoặc hiện danh mục bên", close: "Đóng", search: "Tìm", more_horiz: "Việc khác", filter_list: "Bộ lọc", add: "Thêm", delete: "Xóa", edit: "Sửa", more_vert: "Việc khác", visibility: "Hiện hoặc ẩn mật khẩu" };

  const named = (node) => node.getAttribute("aria-label") || node.title || [...node.childNodes].some((child) =>
    (child.nodeType === 3 && child.textContent.trim()) || (child.nodeType === 1 && !child.matches(".material-symbols-outlined") && child.textContent.trim()));

  const mend = (root) => {
    // Icons are letters of a font: their names are not words to read out.
    root.querySelectorAll(".material-symbols-outlined").forEach((icon) => {
      const holder = icon.closest("a, button, [x-on\\:click]");
      if (holder && !named(holder)) holder.setAttribute("aria-label", words[icon.textContent.trim()] || "Mở");
      if (holder !== icon) icon.setAttribute("aria-hidden", "true");
    });
    root.querySelectorAll(pressable).forEach((node) => {
      if (node.id === "changelist-filter-close" || node.closest("button, a[href]") || node.hasAttribute("tabindex")) return;
      node.tabIndex = 0;
      if (node.tagName !== "TD") node.setAttribute("role", "button");
    });
    root.querySelectorAll(".select2-selection").forEach((box) => {
      const select = box.closest(".select2")?.previousElementSibling;
      const label = select?.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      const name = label ? label.textContent.trim().replace(/\*$/, "") : select?.closest("td")?.dataset.label || "Chọn";
      box.setAttribute("aria-label", name);
      box.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", name);
      box.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
    });
    // The column of the boxes that delete a row has no heading.
    root.querySelectorAll("thead th").forEach((head) => {
      if (head.textContent.trim() || head.querySelector("input, img, svg")) return;
      const words = document.createElement("span");
      words.className = "desk-sr";
      words.textContent = "Xóa";
      head.append(words);
    });
    // On a phone each cell is led by its column's name: Unfold counts a column of boxes where there is none.
    root.querySelectorAll("#result_list tr:has(> [data-label])").forEach((row) => {
      const heads = row.closest("table").querySelectorAll("thead th");
      [...row.children].forEach((cell, index) => {
        if (cell.querySelector(".action-select")) return;
        const name = (heads.length === row.children.length && heads[index].querySelector(".text")?.textContent.trim()) || cell.dataset.label;
        if (name) cell.dataset.label = name[0].toUpperCase() + name.slice(1);
      });
    });
    // So do the desk's own tables: each row stands as a card.
    root.querySelectorAll(".mc-table:not(.mc-list)").forEach((table) => {
      const heads = [...table.querySelectorAll("thead tr:only-child > *")];
      if (heads.length < 3) return;
      table.classList.add("mc-cards");
      table.querySelectorAll("tbody > tr").forEach((row) => {
        if (row.children.length === heads.length) [...row.children].forEach((cell, index) => { cell.dataset.label ||= heads[index].textContent.trim(); });
      });
    });
    // A cell of a table of fields has its column's name and no label.
    root.querySelectorAll("td[data-label] :is(input:not([type=hidden]), select, textarea)").forEach((field) => {
      if (!field.labels?.length && !field.getAttribute("aria-label")) field.setAttribute("aria-label", field.closest("td").dataset.label);
    });
    let number = 0;
    root.querySelectorAll(".simplebar-content-wrapper").forEach((box) => {
      number += 1;
      box.setAttribute("aria-label", number === 1 ? "Phần cuộn được" : `Phần cuộn được ${number}`);
    });
    root.querySelectorAll("nav:not([aria-label])").forEach((nav, index) => nav.setAttribute("aria-label", nav.id === "tabs-items" ? "Các phần" : `Mục ${index + 1}`));
    root.querySelectorAll(".help-tooltip").forEach((mark) => mark.setAttribute("role", "img"));
  };

  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches?.(`:is(${pressable})[tabindex="0"]`)) {
      event.preventDefault();
      event.target.click();
    }
  });
  // Unfold writes the name of a chosen file into the first text box near by, which in our forms holds somebody's words.
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".mc input[type=file]")) return;
    const box = event.target.parentNode.parentNode.parentNode.querySelector("input[type=text]");
    const kept = box?.getAttribute("value");
    if (box) setTimeout(() => (kept === null ? box.removeAttribute("value") : box.setAttribute("value", kept)));
  }, true);
  // A ready reason fills the box it belongs to; what stands there may still be changed.
  document.addEventListener("change", (event) => {
    const box = event.target.matches?.("select[data-fills]") && document.getElementById(event.target.dataset.fills);
    if (!box || !event.target.value) return;
    box.value = event.target.value;
    box.focus();
  });
  // The browser's own button for files speaks the browser's language: ours stands under it and says what was chosen.
  const files = (root) => root.querySelectorAll(".mc input[type=file]:not([data-said])").forEach((input) => {
    const holder = document.createElement("span");
    const shown = document.createElement("span");
    const say = () => { shown.textContent = [...input.files].map((file) => file.name).join(", ") || (input.multiple ? "Chọn các tệp…" : "Chọn tệp…"); };
    input.dataset.said = "";
    input.hasChangeListener = true; // Unfold's own looks for a text box around it, and there is none
    holder.className = "desk-file";
    shown.setAttribute("aria-hidden", "true");
    input.replaceWith(holder);
    holder.append(input, shown);
    input.addEventListener("change", say);
    input.form?.addEventListener("reset", () => setTimeout(say));
    say();
  });
  // Unfold shows the page late: the browser may have given up by then on putting the cursor where the page wants it.
  const focus = () => {
    if (document.activeElement === document.body || !document.activeElement) document.querySelector("[autofocus]")?.focus();
  };
  document.addEventListener("alpine:initialized", () => requestAnimationFrame(focus));

  // Lists with search and rows added by hand come after the page: look again when something was put in.
  let waiting = false;
  const again = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mend(document); files(document); });
  };
  window.addEventListener("load", () => {
    mend(document);
    files(document);
    focus();
    new MutationObserver(again).observe(document.body, { childList: true, subtree: true });
  });
})();
