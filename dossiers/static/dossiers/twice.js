// What cannot be taken back is asked once more: the first press arms the button, a minute later it is safe again.
"use strict";
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  const sure = button?.dataset.sure ?? form.dataset.sure;
  if (sure && form.dataset.armed !== sure) {
    event.preventDefault();
    const label = button.textContent;
    form.dataset.armed = sure;
    button.textContent = sure;
    setTimeout(() => { delete form.dataset.armed; button.textContent = label; }, 60000);
  } else if (button && !button.name && form.closest(".mc-act") && !form.matches("[data-file]")) {
    // Not where a file is the answer: the page stays, and so must the button.
    button.disabled = true;
  }
});
