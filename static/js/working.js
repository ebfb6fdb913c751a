"use strict";

// A long file takes seconds: the button says so and is not pressed twice. Without script everything works as before.
for (const button of document.querySelectorAll("button[data-working]")) {
  const words = button.textContent;
  const again = () => {
    button.textContent = words;
    button.removeAttribute("aria-disabled");
  };
  button.form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.textContent = button.dataset.working;
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-live", "polite");
  });
  window.addEventListener("pageshow", again);
}
