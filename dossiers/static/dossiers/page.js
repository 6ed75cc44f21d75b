// The dossier page: more reason rows on demand, focus on the first field of an opened act.
"use strict";
(() => {
  document.querySelectorAll("[data-add-reason]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const rows = [...button.parentElement.querySelectorAll("[data-reason]")];
      if (rows.length >= 12) return;
      const row = rows[rows.length - 1].cloneNode(true);
      row.querySelector(".mc-reason-no").textContent = rows.length + 1;
      row.querySelectorAll("input, textarea").forEach((input) => {
        input.value = "";
        input.name = input.name.replace(/\d+/, rows.length);
      });
      button.before(row);
      row.querySelector("input").focus();
    });
  });
  const first = "form input:not([type=hidden]), form select, form textarea, form button";
  document.querySelectorAll("details.mc-act").forEach((act) => {
    const focus = () => { if (act.open) act.querySelector(first)?.focus(); };
    act.addEventListener("toggle", focus);
    focus();
    // The way to the part of the page in the address ("#viec") takes the cursor away again until all is there.
    addEventListener("load", () => setTimeout(focus));
  });
  // Of the people only those of the chosen room; without a room all of them.
  document.querySelectorAll("select option[data-rooms]").forEach((option) => {
    const people = option.closest("select");
    const room = people.form?.elements.namedItem("unit");
    if (!room || people.dataset.narrowed) return;
    people.dataset.narrowed = "1";
    const narrow = () => {
      [...people.options].forEach((each) => {
        if (!each.value) return;
        const here = !room.value || each.dataset.rooms.split(" ").includes(room.value);
        each.hidden = each.disabled = !here;
        if (!here && each.selected) people.value = "";
      });
    };
    room.addEventListener("change", narrow);
    narrow();
  });
  // Ready reasons: choosing one fills the row it stands in.
  document.addEventListener("change", (event) => {
    const chosen = event.target.selectedOptions?.[0];
    if (!event.target.matches("[data-ready-reason]") || !chosen?.value) return;
    const row = event.target.closest("[data-reason]");
    for (const name of ["what", "why", "sample", "where"]) {
      const box = row.querySelector(`[name$="-${name}"]`);
      if (chosen.dataset[name]) box.value = chosen.dataset[name];
    }
  });
  const box = document.querySelector(".mc-error");
  if (box) box.scrollIntoView({ block: "center" });
})();
