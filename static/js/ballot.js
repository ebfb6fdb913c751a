// One cadre after the other, and the line that marks all aspects alike. Without script all stand on one page.
(function () {
  "use strict";
  var form = document.getElementById("ballot");
  if (!form) { return; }
  var sections = Array.prototype.slice.call(form.querySelectorAll("[data-section]"));
  var end = document.getElementById("ballot-end");
  var words = form.dataset;
  var shown = 0;

  function button(word, step) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-lg " + (step > 0 ? "btn-primary" : "btn-outline-secondary");
    made.textContent = word;
    made.addEventListener("click", function () { show(shown + step, true); });
    return made;
  }

  var bar = document.createElement("div");
  bar.className = "form-actions";
  var previous = button(words.previous, -1);
  var next = button(words.next, 1);
  var place = document.createElement("p");
  place.className = "page-eyebrow";
  place.setAttribute("aria-live", "polite");
  bar.append(previous, next);
  form.insertBefore(place, sections[0]);
  form.insertBefore(bar, end);

  function show(number, moved) {
    shown = Math.max(0, Math.min(number, sections.length - 1));
    sections.forEach(function (section, at) { section.hidden = at !== shown; });
    place.textContent = words.place.replace("{number}", shown + 1).replace("{total}", sections.length);
    previous.hidden = shown === 0;
    next.hidden = shown === sections.length - 1;
    bar.hidden = sections.length === 1;
    end.hidden = shown !== sections.length - 1;
    if (moved) { place.scrollIntoView(); sections[shown].focus({preventScroll: true}); }
  }

  form.querySelectorAll("[data-quick]").forEach(function (line) {
    line.hidden = false;
    line.addEventListener("click", function (event) {
      var word = event.target.dataset && event.target.dataset.word;
      if (!word) { return; }
      line.closest("[data-section]").querySelectorAll("input[type=radio]").forEach(function (radio) {
        if (radio.value === word) { radio.checked = true; }
      });
    });
  });
  show(0, false);
})();
