// The intake page by keyboard: search as you type, recall by id, draft on the server. Without it the page still works.
"use strict";
(() => {
  const form = document.getElementById("mc-intake");
  if (!form) return;
  const token = form.querySelector('[name="csrfmiddlewaretoken"]').value;
  const later = (run, wait) => { let timer; return (...given) => { clearTimeout(timer); timer = setTimeout(() => run(...given), wait); }; };

  // --- where the dossier goes: as proposed for the first procedure, until somebody chooses ------------------------
  const destination = form.elements.unit;
  destination?.addEventListener("change", () => { destination.dataset.chosen = ""; });
  const propose = (value) => {
    if (!destination || "chosen" in destination.dataset) return;
    const known = [...destination.options].some((option) => option.value === value);
    destination.value = known ? value : destination.dataset.own;
  };
  const first = form.querySelector("[data-item]");

  // --- procedure search -----------------------------------------------------------------------------------------
  form.querySelectorAll("[data-item]").forEach((section) => {
    const number = section.dataset.item;
    const input = section.querySelector('[role="combobox"]');
    const list = section.querySelector('[role="listbox"]');
    const facts = section.querySelector("[data-facts]");
    let shown = [];
    let active = -1;

    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); active = -1; };
    const mark = (index) => {
      active = index;
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
      const item = list.children[index];
      if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    };
    const describe = async (searched = "") => {
      const query = new URLSearchParams({ [`item-${number}-procedure`]: input.value, channel: form.channel.value });
      const chosen = facts.querySelector("[data-case]");
      if (chosen) query.set(`item-${number}-case`, chosen.value);
      if (searched) query.set("searched", searched);
      const answer = await fetch(`${form.dataset.procedure}?${query}`);
      if (!answer.ok) return;
      // What was ticked and typed stays when only the case or the way of handing in changes.
      const [kept, before, collected] = [[...rows("paper"), ...rows("fee")].filter(touched).map(told), procedure(), paid()?.value];
      facts.innerHTML = await answer.text();
      const stays = kept.filter((was) => was.kind === "paper" || before === procedure());
      const own = stays.filter((was) => !refill(was));
      wire();
      if (section === first) propose(facts.querySelector("[data-proposed]")?.dataset.proposed);
      own.forEach(append);
      if (before === procedure() && collected) paid().value = collected;
    };
    const procedure = () => facts.querySelector("[name$=-listed]")?.value.split(":")[0];
    const paid = () => facts.querySelector("[name$=-collected]");
    const rows = (kind) => [...facts.querySelectorAll(`.mc-${kind}`)];
    const boxes = (row) => [...row.querySelectorAll("input:not([type=checkbox])")];
    const nameBox = (row) => row.querySelector("[name$=-name]");
    const tick = (row) => row.querySelector("[type=checkbox]");
    const touched = (row) => nameBox(row).value && (tick(row)?.checked || "typed" in row.dataset || boxes(row).some((box) => box.value !== box.defaultValue));
    const told = (row) => ({
      kind: row.matches(".mc-fee") ? "fee" : "paper",
      listed: nameBox(row).defaultValue,
      ticked: Boolean(tick(row)?.checked),
      own: row.matches(".mc-fee, [data-extra]") || ("typed" in row.dataset && tick(row)?.checked),
      values: boxes(row).map((box) => box.value),
    });
    const fill = (row, was) => boxes(row).forEach((box, place) => { box.value = was.values[place]; });
    const refill = (was) => {
      const row = rows(was.kind).find((each) => !("extra" in each.dataset) && was.listed && nameBox(each).value === was.listed);
      if (row) fill(row, was);
      if (row && tick(row)) tick(row).checked = was.ticked;
      return row;
    };
    const append = (was) => {
      const row = rows(was.kind).findLast((each) => "extra" in each.dataset);
      if (!was.own || !row) return;
      fill(row, was);
      nameBox(row).dispatchEvent(new Event("input"));
    };
    const wire = () => {
      facts.querySelector("[data-case]")?.addEventListener("change", async () => { await describe(); facts.querySelector("[data-case]")?.focus(); });
      const all = facts.querySelector("[data-all]");
      const must = [...facts.querySelectorAll("[data-must]")];
      const judge = () => { if (all) all.checked = must.every((box) => box.checked); };
      all?.addEventListener("change", () => must.forEach((box) => { box.checked = all.checked; }));
      must.forEach((box) => box.addEventListener("change", judge));
      if (all?.checked) must.forEach((box) => { box.checked = true; }); else judge();
      facts.querySelectorAll("[data-sometimes]").forEach((part) => { part.open = part.open || Boolean(part.querySelector("input:checked")); });
      const extra = (row) => {
        row.querySelector("[name$=-name]").addEventListener("input", (event) => {
          if (row.nextElementSibling?.matches("[data-extra]") || !event.target.value) return;
          const number = Number(row.dataset.extra) + 1;
          if (number >= Number(row.dataset.most)) return;
          const next = row.cloneNode(true);
          next.dataset.extra = number;
          next.querySelectorAll("input").forEach((box) => { box.name = box.name.replace(/-(paper|fee)-\d+-/, `-$1-${number}-`); box.value = box.defaultValue; });
          row.after(next);
          extra(next);
        });
      };
      facts.querySelectorAll("[data-extra]").forEach(extra);
    };
    const choose = async (index) => {
      const item = shown[index];
      if (!item) return;
      const searched = input.value.trim();
      input.value = `${item.code} ${item.name}`;
      close();
      await describe(searched);
      (facts.querySelector("[data-must-choose], [data-all]") || form.id_number).focus();
    };
    const search = later(async () => {
      const words = input.value.trim();
      if (words.length < 2) return close();
      const answer = await fetch(`${form.dataset.procedures}?${new URLSearchParams({ q: words })}`);
      if (!answer.ok || input.value.trim() !== words) return;
      shown = (await answer.json()).items;
      list.replaceChildren(...shown.map((item, index) => {
        const row = document.createElement("li");
        row.id = `o-${number}-${index}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        const code = document.createElement("small");
        code.textContent = `${item.code} `;
        row.append(code, item.name);
        row.addEventListener("mousedown", (event) => { event.preventDefault(); choose(index); });
        return row;
      }));
      list.hidden = shown.length === 0;
      input.setAttribute("aria-expanded", String(shown.length > 0));
      if (shown.length) mark(0);
    }, 120);

    input.addEventListener("input", search);
    // A quick hand, or a slow line: words may stand there before this script does.
    if (document.activeElement === input && input.value !== input.defaultValue) search();
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark((active + 1) % shown.length); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark((active - 1 + shown.length) % shown.length); }
      else if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); choose(active); }
      else if (event.key === "Escape") close();
    });
    form.channel.addEventListener("change", () => { if (input.value) describe(); });
    wire();
  });

  // --- who came before --------------------------------------------------------------------------------------------
  ["", "owner_"].forEach((whose) => {
    const number = form[`${whose}id_number`];
    const kind = form[`${whose}kind`];
    const recalled = document.getElementById(`mc-${whose}recalled`);
    let asked = "";
    number.addEventListener("change", async () => {
      const id = number.value.trim();
      const digits = id.replace(/[\s.-]/g, "");
      if (/^(\d{10}|\d{13})$/.test(digits)) { kind.value = "enterprise"; kind.dispatchEvent(new Event("change")); }
      if (id.length < 8 || id === asked) return;
      asked = id;
      const answer = await fetch(form.dataset.person, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ id_number: id }) });
      if (!answer.ok && answer.status !== 429) return;
      const person = await answer.json();
      if (person.trouble) { recalled.textContent = person.trouble; return; }
      const unknown = whose ? "Chủ hồ sơ mới." : "Người nộp mới.";
      recalled.textContent = person.known ? "Đã từng nộp hồ sơ: thông tin được điền sẵn, hãy đối chiếu." : unknown;
      if (!person.known) return;
      Object.entries(person).forEach(([name, value]) => {
        const field = form[`${whose}${name}`];
        if (typeof value === "string" && field && !field.value) field.value = value;
      });
      kind.value = person.kind;
      kind.dispatchEvent(new Event("change"));
    });
  });

  // --- an organisation acts through somebody -------------------------------------------------------------------------
  form.querySelectorAll("[data-representative]").forEach((part) => {
    const kind = form[`${part.dataset.representative}kind`];
    const show = () => { part.hidden = kind.value !== "enterprise"; part.open = part.open || !part.hidden; };
    kind.addEventListener("change", show);
    show();
  });

  // --- the keyboard -------------------------------------------------------------------------------------------------
  const steps = () => [...form.querySelectorAll("input:not([type=hidden]), select")].filter((field) => field.checkVisibility({ contentVisibilityAuto: true }) && !field.matches(".mc-n, .mc-aside"));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.matches("button, summary, a")) return;
    event.preventDefault();
    if (event.ctrlKey) { form.requestSubmit(form.querySelector(".mc-savebar button")); return; }
    if (event.target.matches("[data-all]")) { form.id_number.focus(); return; }
    const after = steps().find((field) => event.target.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING);
    (after || form.querySelector(".mc-savebar button")).focus();
  });

  // --- the draft ----------------------------------------------------------------------------------------------------
  let sending = false;
  const keep = later(() => {
    if (sending) return;
    fetch(form.dataset.draft, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(new FormData(form)), keepalive: true });
  }, 800);
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => { sending = true; });
})();
