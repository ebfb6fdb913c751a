// What a voter has filled in so far stays on this device, for one pass at a time, until the ballot is confirmed.
// The code of the slip is never part of it. Without storage or script nothing is kept, and everything else works.
(function () {
  "use strict";
  var PREFIX = "minping-draft-";
  var LIFE = 12 * 60 * 60 * 1000;
  var PATIENCE = 8000;

  function store() {
    try { return window.localStorage; } catch (refused) { return null; }
  }

  function names() {
    var kept = store();
    try {
      return kept ? Object.keys(kept).filter(function (name) { return name.indexOf(PREFIX) === 0; }) : [];
    } catch (refused) { return []; }
  }

  function parsed(name) {
    try { return JSON.parse(store().getItem(name)); } catch (broken) { return null; }
  }

  function remove(name) {
    try { store().removeItem(name); } catch (refused) { /* nothing was kept either */ }
  }

  function isCurrent(draft) {
    return Boolean(draft && draft.at <= Date.now() && Date.now() - draft.at < LIFE);
  }

  var drafts = {
    read: function (key) {
      var draft = key ? parsed(PREFIX + key) : null;
      return isCurrent(draft) ? draft.fields : null;
    },
    write: function (key, fields) {
      if (!key) { return false; }
      try {
        store().setItem(PREFIX + key, JSON.stringify({at: Date.now(), fields: fields}));
        return true;
      } catch (refused) { return false; }
    },
    // Every draft but that of one pass.
    wipe: function (except) {
      names().forEach(function (name) { if (name !== PREFIX + except) { remove(name); } });
    }
  };
  window.ballotDrafts = drafts;
  names().forEach(function (name) { if (!isCurrent(parsed(name))) { remove(name); } });

  var receipt = document.querySelector("[data-recorded]");
  if (receipt) { drafts.wipe(""); }
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-wipe]")) { drafts.wipe(""); }
  });

  // A page that comes back out of the browser's memory belongs to the voter before, unless the draft is still here.
  window.addEventListener("pageshow", function (event) {
    busy = false;
    if (!event.persisted) { return; }
    var form = document.querySelector("form[data-draft]");
    if (receipt) {
      window.location.replace(receipt.dataset.home);
    } else if (form && !drafts.read(form.dataset.draft)) {
      window.location.replace(form.dataset.home);
    }
  });

  // Before a sheet is sent: is anybody there? A small file of the same site is asked for, and nothing is told.
  var busy = false;
  function reach(address) {
    return new Promise(function (found, lost) {
      window.setTimeout(lost, PATIENCE);
      window.fetch(address, {method: "HEAD", cache: "no-store", credentials: "omit"}).then(found, lost);
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || !form.dataset.reach || !window.fetch || !window.Promise) { return; }
    event.preventDefault();
    if (busy) { return; }
    busy = true;
    var notice = document.querySelector("[data-offline]");
    notice.hidden = true;
    reach(form.dataset.reach).then(function () {
      // From the receipt, "back" leads to where the next voter begins, not into a ballot that has been cast.
      if (form.dataset.last && window.history.replaceState) { window.history.replaceState(null, "", form.dataset.home); }
      form.submit();
    }, function () {
      busy = false;
      notice.hidden = false;
      notice.focus();
    });
  });
})();
