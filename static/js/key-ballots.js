"use strict";

// A full row leads to the next one, the last to the button; Enter goes one row on. Without script Tab does the same.
for (const form of document.querySelectorAll("[data-key-ballots]")) {
  const rows = [...form.querySelectorAll("[data-marks]")];
  const next = (row) => rows[rows.indexOf(row) + 1] || form.querySelector("button.btn-primary");
  for (const row of rows) {
    row.addEventListener("input", (event) => {
      if (!event.isComposing && row.value.length === row.maxLength) next(row).focus();
    });
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        next(row).focus();
      }
    });
  }
}
