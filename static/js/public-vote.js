// The proof of work of a public vote: altcha's worker searches while the page says so, then the form goes out.
// Works over plain http: WebAssembly in a worker of our own origin, nothing that needs a secure context.
(function () {
  "use strict";
  var form = document.getElementById("public-form");
  var without = document.getElementById("public-without-script");
  if (!form || !window.Worker || !window.fetch || !window.WebAssembly) { return; }
  var status = document.getElementById("proof-status");
  var bar = document.getElementById("proof-bar");
  var seconds = document.getElementById("proof-seconds");
  var button = form.querySelector("button");
  var words = form.dataset;
  var worker = null, clock = null, began = 0;
  form.hidden = false;
  if (without) { without.hidden = true; }

  function tick() {
    var passed = Math.floor((Date.now() - began) / 1000);
    seconds.textContent = words.seconds.replace("{number}", passed);
    if (passed === 10) { status.textContent = words.longer; }
  }
  function begin() {
    began = Date.now();
    status.textContent = words.working;
    status.classList.remove("text-danger");
    bar.hidden = false;
    button.setAttribute("aria-disabled", "true");
    tick();
    clock = setInterval(tick, 1000);
  }
  function rest() {
    clearInterval(clock);
    if (worker) { worker.terminate(); worker = null; }
    bar.hidden = true;
    button.removeAttribute("aria-disabled");
    form.elements.proof.value = "";
  }
  function fail(text) {
    rest();
    status.textContent = text || words.failed;
    status.classList.add("text-danger");
  }
  function ask() {
    var token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    return fetch(words.challenge, {
      method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token, "Accept": "application/json" },
    }).then(function (answer) { return answer.json(); });
  }
  function solve(challenge) {
    worker = new Worker(words.worker);
    worker.onerror = function () { fail(words.failed); };
    worker.onmessage = function (message) {
      var found = message.data;
      if (!found || found.error) { fail(words.failed); return; }
      var solution = { counter: found.counter, derivedKey: found.derivedKey };
      form.elements.proof.value = btoa(JSON.stringify({ challenge: challenge, solution: solution }));
      status.textContent = words.done;
      clearInterval(clock);
      form.submit();
    };
    worker.postMessage({ type: "work", challenge: challenge });
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") { return; }
    begin();
    ask().then(function (answer) {
      if (answer.challenge) { solve(answer.challenge); } else { fail(answer.error); }
    }).catch(function () { fail(words.failed); });
  });
  // A page that comes out of the browser's memory begins anew.
  addEventListener("pageshow", function (event) { if (event.persisted) { rest(); status.textContent = ""; } });
})();
