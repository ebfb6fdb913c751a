// The QR code of a slip carries its token after "#", which no browser sends anywhere: post it, and wipe the address.
(function () {
  "use strict";
  var form = document.getElementById("pass-form");
  function postToken() {
    var token = location.hash.slice(1);
    if (!form || !/^[a-z2-7]{26}([0-9]{12})?$/.test(token)) { return; }
    history.replaceState(null, "", location.pathname);
    form.elements.secret.type = "password";
    form.elements.secret.value = token;
    form.submit();
  }
  // The next slip may be scanned into the same page; a page that comes out of the browser's memory is empty.
  addEventListener("hashchange", postToken);
  addEventListener("pageshow", function (event) {
    if (event.persisted && form) { form.elements.secret.type = "text"; form.elements.secret.value = ""; }
  });
  postToken();
})();
