// One cadre after the other, one line that marks all aspects alike, what is still missing, and the draft of this
// device (draft.js). Without script all stand on one page, and the review says what was left out.
(function () {
  "use strict";
  var form = document.getElementById("ballot");
  if (!form) { return; }
  var words = form.dataset;
  var sections = list(form, "[data-section]");
  var bar = form.querySelector("[data-steps]");
  var place = form.querySelector("[data-place]");
  var missing = form.querySelector("[data-missing]");
  var end = document.getElementById("ballot-end");
  var shown = 0;
  var warned = false;

  function list(within, selector) {
    return Array.prototype.slice.call(within.querySelectorAll(selector));
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  function rows(section) { return list(section, "[data-row]"); }
  function isMarked(row) { return Boolean(row.querySelector("input:checked")); }
  function isOpen(row) { return !isMarked(row); }

  // ---- the draft ----
  function fields() {
    var kept = {};
    list(form, "[data-row] input:checked").forEach(function (radio) { kept[radio.name] = radio.value; });
    list(form, "textarea").forEach(function (text) { if (text.value) { kept[text.name] = text.value; } });
    return kept;
  }

  function restore(kept) {
    list(form, "[data-row] input").forEach(function (radio) { radio.checked = kept[radio.name] === radio.value; });
    list(form, "textarea").forEach(function (text) { text.value = kept[text.name] || ""; });
  }

  function save() {
    var isKept = window.ballotDrafts && window.ballotDrafts.write(words.draft, fields());
    list(document, "[data-kept-note]").forEach(function (note) { note.hidden = !isKept; });
  }

  if (window.ballotDrafts) {
    window.ballotDrafts.wipe(words.draft);
    var kept = window.ballotDrafts.read(words.draft);
    if (kept && Object.keys(kept).length && !Object.keys(fields()).length) {
      restore(kept);
      form.querySelector("[data-restored]").hidden = false;
    }
  }

  // ---- one after the other ----
  function show(number, moved) {
    shown = Math.max(0, Math.min(number, sections.length - 1));
    sections.forEach(function (section, at) { section.hidden = at !== shown; });
    bar.querySelector("[data-back]").hidden = shown === 0;
    bar.querySelector("[data-on]").hidden = shown === sections.length - 1;
    bar.hidden = sections.length === 1;
    end.hidden = shown !== sections.length - 1;
    tell();
    if (moved) { place.scrollIntoView(); sections[shown].focus({preventScroll: true}); }
  }

  function tell() {
    var done = sections.filter(function (section) { return !rows(section).some(isOpen); }).length;
    place.querySelector("p").textContent = fill(
      words.place, {number: shown + 1, total: sections.length, done: done}
    );
    place.querySelector("progress").value = done;
  }

  // ---- all aspects alike ----
  function alike(section) {
    var marks = rows(section).map(function (row) {
      var radio = row.querySelector("input:checked");
      return radio ? radio.value : "";
    });
    var same = marks.every(function (mark) { return mark === marks[0]; }) ? marks[0] : "";
    list(section, "[data-quick] input").forEach(function (radio) { radio.checked = Boolean(same) && radio.value === same; });
  }

  form.addEventListener("change", function (event) {
    var section = event.target.closest("[data-section]");
    if (!section) { return; }
    if (event.target.closest("[data-quick]")) {
      list(section, "[data-row] input").forEach(function (radio) {
        if (radio.value === event.target.value) { radio.checked = true; }
      });
    } else {
      alike(section);
    }
    rows(section).forEach(point);
    tell();
    save();
  });
  form.addEventListener("input", function (event) { if (event.target.name.indexOf("c.") === 0) { save(); } });

  // ---- what is missing ----
  function point(row) {
    var isWrong = warned && isOpen(row);
    var note = row.querySelector(".mark-error");
    row.classList.toggle("is-wrong", isWrong);
    if (isWrong && !note) {
      note = document.createElement("p");
      note.className = "mark-error";
      note.textContent = words.unmarked;
      row.appendChild(note);
    } else if (!isWrong && note) {
      note.remove();
    }
  }

  form.addEventListener("submit", function (event) {
    var open = sections.filter(function (section) { return rows(section).some(isOpen); });
    var isNew = !warned;
    warned = true;
    sections.forEach(function (section) { rows(section).forEach(point); });
    missing.hidden = open.length === 0;
    if (!open.length || !isNew) { return; }
    event.preventDefault();
    var people = missing.querySelector("ul");
    people.textContent = "";
    open.forEach(function (section) {
      var line = document.createElement("li");
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-secondary";
      button.textContent = fill(words.left, {
        name: section.querySelector("h2").textContent, number: rows(section).filter(isOpen).length
      });
      button.addEventListener("click", function () { show(sections.indexOf(section), true); });
      line.appendChild(button);
      people.appendChild(line);
    });
    missing.focus();
  });

  bar.querySelector("[data-back]").addEventListener("click", function () { show(shown - 1, true); });
  bar.querySelector("[data-on]").addEventListener("click", function () { show(shown + 1, true); });
  list(form, "[data-by-script]").forEach(function (part) { part.hidden = false; });
  list(form, "[data-by-hand]").forEach(function (part) { part.hidden = true; });
  sections.forEach(alike);
  save();
  show(0, false);
})();
