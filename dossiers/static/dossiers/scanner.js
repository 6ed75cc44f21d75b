// A scanner types like a very fast hand: what it types into any box is taken out again and put where it belongs.
"use strict";
(() => {
  const form = document.getElementById("mc-intake");
  if (!form) return;
  const token = form.querySelector('[name="csrfmiddlewaretoken"]').value;
  const LONGEST_GAP = 400; // milliseconds between two keys of one scan; what it says is told by its bars, not by its pace
  const SHORTEST = 20;
  let typed = "";
  let last = 0;
  let box = null;
  let before = "";
  let ticked = false;

  const begin = (target) => { typed = ""; box = target; before = "value" in target ? target.value : ""; ticked = target.checked; };
  // What a box that is full would drop is still said by beforeinput; where no text can be typed keypress says it.
  const heard = (target, text) => {
    const now = performance.now();
    if (now - last > LONGEST_GAP || target !== box) begin(target);
    last = now;
    typed += text;
  };
  const takesText = (target) => target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea");
  form.addEventListener("beforeinput", (event) => { if (event.data) heard(event.target, event.data); });
  form.addEventListener("keypress", (event) => {
    if (event.key.length === 1 && !takesText(event.target) && !event.ctrlKey) heard(event.target, event.key);
  }, true);

  const fill = (card, whose) => {
    Object.entries(card).forEach(([name, value]) => {
      const field = form[`${whose}${name}`];
      if (!field) return;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    if (form[`${whose}kind`]) { form[`${whose}kind`].value = "person"; form[`${whose}kind`].dispatchEvent(new Event("change")); }
    if (whose) form[`${whose}full_name`].closest("details").open = true;
    const number = form[`${whose}id_number`];
    number.dispatchEvent(new Event("change", { bubbles: true }));
    (form[`${whose}phone`] || number).focus();
  };

  const isScan = (text) => text.length >= SHORTEST && (text.split("|").length > 5 || /\/h\/[\w-]{16}/.test(text));
  form.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" && event.key !== "Tab") return;
    const text = isScan(typed) ? typed : event.target.value || "";
    if (!isScan(text)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const target = event.target;
    if (takesText(target)) { target.value = text === typed ? before : ""; target.dispatchEvent(new Event("input", { bubbles: true })); }
    if (target.matches("[type=checkbox]") && target.checked !== ticked) { target.checked = ticked; target.dispatchEvent(new Event("change", { bubbles: true })); }
    typed = "";
    const answer = await fetch(form.dataset.scan, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ text }) });
    if (!answer.ok) return;
    const found = await answer.json();
    if (found.opens) { window.location.assign(found.opens); return; }
    if (found.card) fill(found.card, target.name?.startsWith("owner_") ? "owner_" : "");
  }, true);
})();
