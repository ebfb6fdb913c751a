"use strict";

// Opinions, one press for each decision. Every press is one of the form's own buttons; without script they work alone.
(() => {
  const page = document.querySelector("[data-moderation]");
  const legend = document.querySelector("[data-keys]");
  if (!page || !legend) return;
  const KEPT = "minping.shortcuts";
  const toggle = legend.querySelector("[data-shortcuts]");
  const told = document.querySelector("[data-told]");
  const rows = () => [...page.querySelectorAll("[data-opinion]")];
  const isOpen = (row) => row.dataset.status === "pending";
  let last = null;
  let hiding = null;
  let on = read() !== "off";

  function read() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null;
    }
  }

  function keep(value) {
    try {
      localStorage.setItem(KEPT, value);
    } catch {
      // A browser that keeps nothing forgets the choice with the page.
    }
  }

  function showToggle() {
    toggle.setAttribute("aria-pressed", String(on));
    page.classList.toggle("keys-off", !on);
  }

  function tell(words) {
    told.textContent = words;
  }

  function current() {
    const focused = document.activeElement && document.activeElement.closest("[data-opinion]");
    return focused || rows().find(isOpen) || rows()[0];
  }

  function go(row) {
    hiding = null;
    if (!row) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = rows();
    const focused = document.activeElement && document.activeElement.closest("[data-opinion]");
    go(focused ? all[all.indexOf(focused) + by] : current());
  }

  function goOn(row) {
    const all = rows();
    const place = all.indexOf(row);
    const next = all.slice(place + 1).find(isOpen) || all.find(isOpen);
    if (next) return go(next);
    const link = page.querySelector("[data-go-on]");
    if (link) link.focus();
    else go(row);
  }

  function count(cadre, by) {
    const words = page.querySelector(`[data-progress="${cadre}"]`);
    if (!words || !by) return;
    words.dataset.read = Number(words.dataset.read) + by;
    words.textContent = words.dataset.words
      .replace("{read}", words.dataset.read)
      .replace("{total}", words.dataset.total);
    page.querySelector(`[data-bar="${cadre}"]`).value = Number(words.dataset.read);
  }

  function fail(row, words) {
    const place = row.querySelector("[data-error]");
    place.textContent = words;
    place.hidden = false;
    go(row);
  }

  async function decide(form, button) {
    const row = form.closest("[data-opinion]");
    if (row.dataset.busy) return;
    row.dataset.busy = "1";
    const body = new FormData(form);
    if (button) body.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Answer": "row" } });
      const text = await answer.text();
      if (answer.status === 409) return fail(row, text);
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      put(row, text);
    } catch {
      sendPlainly(form, button);
    } finally {
      delete row.dataset.busy;
    }
  }

  // Whatever went wrong on the way is shown by the page itself: the same press, without script.
  function sendPlainly(form, button) {
    delete form.dataset.decide;
    form.requestSubmit(button || undefined);
  }

  function put(row, text) {
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-opinion]");
    const before = isOpen(row);
    row.replaceWith(fresh);
    count(fresh.dataset.cadre, Number(before) - Number(isOpen(fresh)));
    const decision = fresh.querySelector(".opinion-decision");
    tell(decision ? decision.textContent.replace(/\s+/g, " ").trim() : toggle.dataset.back || "");
    last = isOpen(fresh) ? null : fresh.dataset.opinion;
    if (isOpen(fresh)) go(fresh);
    else goOn(fresh);
  }

  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("decide" in form.dataset)) return;
    event.preventDefault();
    decide(form, event.submitter);
  });

  function press(row, selector) {
    const button = row && row.querySelector(selector);
    if (!button) return false;
    decide(button.form, button);
    return true;
  }

  function hide(row) {
    const box = row.querySelector("[data-hide]");
    if (!box) return false;
    for (let part = box; part; part = part.parentElement && part.parentElement.closest("details")) part.open = true;
    hiding = row;
    tell(box.querySelector("[data-reasons]").textContent.replace(/\s+/g, " ").trim());
    return true;
  }

  function reason(key) {
    const row = hiding;
    if (key === "Escape") {
      row.querySelector("[data-hide]").open = false;
      tell("");
      go(row);
      return true;
    }
    hiding = null;
    if (key === "4") {
      row.querySelector("[data-own-words]").focus();
      return true;
    }
    return press(row, `[data-hide-key="${CSS.escape(key)}"]`);
  }

  function undo() {
    const row = last && page.querySelector(`[data-opinion="${last}"]`);
    return press(row, '[data-key="u"]');
  }

  function answer(key) {
    if (hiding) return reason(key);
    if (key === "j" || key === "ArrowDown") return step(1), true;
    if (key === "k" || key === "ArrowUp") return step(-1), true;
    if (key === "u") return undo();
    const row = current();
    if (key === "x") return row ? hide(row) : false;
    if (key === "r" || /^[0-9]$/.test(key)) return press(row, `[data-key="${key}"]`);
    return false;
  }

  const writes = (target) => target.closest("input:not([type=checkbox]), textarea, select");

  document.addEventListener("keydown", (event) => {
    const plain = !(event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing);
    if (!on || !plain || writes(event.target)) return;
    if (event.key.startsWith("Arrow") && !event.target.matches("[data-opinion]")) return;
    if (answer(event.key)) event.preventDefault();
  });

  toggle.addEventListener("click", () => {
    on = !on;
    keep(on ? "on" : "off");
    showToggle();
  });

  legend.hidden = false;
  legend.open = on;
  showToggle();
})();
