(function () {
  'use strict';
  var box = document.getElementById('ravine-fits');
  var chosen = {}; // what the reader has opened or closed
  var shown = '';

  function key(details) {
    var fit = details.closest('.ravine-fit');
    return fit.id + '/' + (details === fit ? '' : details.querySelector('summary').textContent);
  }

  /** Names a link, a summary or a wide table, so that it is found again in the next drawing. */
  function place(element) {
    var details = element.closest('details');
    return element.tagName + (element.getAttribute('href') || (details ? key(details) : ''));
  }

  function isRead() {
    var selection = window.getSelection();
    return !selection.isCollapsed && box.contains(selection.anchorNode);
  }

  function show(html) {
    if (html === shown || isRead()) {
      return;
    }
    shown = html;
    var focused = box.contains(document.activeElement) ? place(document.activeElement) : '';
    var scrolled = {};
    box.querySelectorAll('.ravine-wide').forEach(function (wide) {
      scrolled[place(wide)] = wide.scrollLeft;
    });
    box.innerHTML = html;
    box.querySelectorAll('details').forEach(function (details) {
      if (key(details) in chosen) {
        details.open = chosen[key(details)];
      }
    });
    box.querySelectorAll('.ravine-wide').forEach(function (wide) {
      wide.scrollLeft = scrolled[place(wide)] || 0;
    });
    box.querySelectorAll('a, summary, .ravine-wide').forEach(function (element) {
      if (place(element) === focused) {
        element.focus({ preventScroll: true });
      }
    });
  }

  box.addEventListener('click', function (event) {
    var summary = event.target.closest('summary');
    var link = event.target.closest('a');
    if (summary) {
      chosen[key(summary.parentElement)] = !summary.parentElement.open;
    } else if (link) {
      var fit = document.getElementById(link.hash.substring(1));
      fit.open = true;
      chosen[key(fit)] = true;
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

  if (box.dataset.live === 'true') {
    again(1000);
  }
})();
