"use strict";

// The number of characters of a long text while it is written, without white space. The server counts again.
for (const field of document.querySelectorAll("textarea[data-count]")) {
  const place = document.getElementById(field.dataset.count);
  if (!place) continue;
  const show = () => {
    const count = [...field.value.replace(/\s/gu, "")].length;
    const { least, most, limit } = field.dataset;
    let words = place.dataset.good;
    if (count > Number(limit)) words = place.dataset.over;
    else if (count < Number(least)) words = place.dataset.short;
    else if (count > Number(most)) words = place.dataset.long;
    place.textContent = `${place.dataset.label} ${count} · ${words}`;
  };
  field.addEventListener("input", show);
  show();
}
