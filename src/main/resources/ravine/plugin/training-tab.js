(function () {
  'use strict';
  var box = document.getElementById('ravine-fits');
  if (box.dataset.live !== 'true') {
    return;
  }
  var chosen = {}; // what the reader has opened or closed
  var shown = '';

  function key(details) {
    var fit = details.closest('.ravine-fit');
    return fit.id + '/' + (details === fit ? '' : details.querySelector('summary').textContent);
  }

  function show(html) {
    if (html === shown) {
      return;
    }
    shown = html;
    box.innerHTML = html;
    box.querySelectorAll('details').forEach(function (details) {
      if (key(details) in chosen) {
        details.open = chosen[key(details)];
      }
    });
  }

  box.addEventListener('click', function (event) {
    var summary = event.target.closest('summary');
    if (summary) {
      chosen[key(summary.parentElement)] = !summary.parentElement.open;
    }
  });

  function again(milliseconds) {
    window.setTimeout(ask, milliseconds);
  }

  function ask() {
    if (document.hidden) {
      again(1000);
      return;
    }
    fetch(box.dataset.json, { credentials: 'same-origin' })
      .then(function (answer) {
        return answer.json();
      })
      .then(function (state) {
        show(state.html);
        again(state.running ? 1000 : 4000);
      })
      .catch(function () {
        again(10000); // the application has ended, or the network is away
      });
  }

  again(1000);
})();
