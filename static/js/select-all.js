"use strict";

// One box that selects every row of its form. Without script it stays hidden and the form's own "all" button serves.
for (const holder of document.querySelectorAll("[data-select-all]")) {
  const form = holder.closest("form");
  const all = holder.querySelector("input");
  const count = holder.querySelector("[data-words]");
  const boxes = form ? [...form.querySelectorAll('input[type="checkbox"][name="pk"]')] : [];
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    if (count) count.textContent = chosen ? `${count.dataset.words} ${chosen}` : "";
  };
  if (boxes.length > 1) {
    holder.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
    form.addEventListener("change", (event) => {
      if (event.target !== all) show();
    });
    show();
  }
}
