/// What pages gain with script: numbers of a run that move, lists that narrow as one types. Every page works without.
/// Text is only ever put in as text.
enum Script {
    static let text = """
        (function () {
          'use strict';
          // A page that failed says so first: focus goes there.
          var failure = document.getElementById('failure');
          if (failure) failure.focus();
          // The run that one watched has ended, and its page came anew: go on where its content begins.
          try {
            if (sessionStorage.getItem('ended') === location.pathname && !failure) document.getElementById('main').focus();
            sessionStorage.removeItem('ended');
          } catch (e) { /* no storage, no focus kept */ }

          // Narrow a table as one types.
          document.querySelectorAll('input[data-filter]').forEach(function (input) {
            var table = document.getElementById(input.dataset.filter);
            if (!table) return;
            input.addEventListener('input', function () {
              var wanted = input.value.toLowerCase();
              table.querySelectorAll('tbody tr').forEach(function (row) {
                row.hidden = wanted !== '' && row.textContent.toLowerCase().indexOf(wanted) < 0;
              });
            });
          });

          // Fields that count only under a condition.
          document.querySelectorAll('form[data-tab]').forEach(function (form) {
            function value(name) {
              var boxes = form.querySelectorAll('[name="s.' + name + '"]');
              var result = '';
              boxes.forEach(function (box) {
                if ((box.type === 'checkbox' || box.type === 'radio') && !box.checked) return;
                if (box.type === 'hidden' && boxes.length > 1) return;
                result = box.value || box.dataset.standard || '';
              });
              if (result === '') {
                var only = form.querySelector('[name="s.' + name + '"][data-standard]');
                if (only && only.type !== 'checkbox') result = only.dataset.standard;
              }
              return result;
            }
            function draw() {
              form.querySelectorAll('[data-when]').forEach(function (field) {
                var all = JSON.parse(field.dataset.when);
                field.hidden = !all.every(function (one) {
                  var now = value(one.field);
                  var source = form.querySelector('[name="s.' + one.field + '"]');
                  if (now === '' && source && source.type === 'hidden') now = 'false';
                  return one.is.indexOf(now) >= 0;
                });
              });
            }
            form.addEventListener('change', draw);
            draw();
          });

          // Copy what stands beside the button.
          document.querySelectorAll('button[data-copy]').forEach(function (button) {
            button.hidden = false;
            button.addEventListener('click', function () {
              var text = document.getElementById(button.dataset.copy);
              navigator.clipboard.writeText(text.textContent || text.value).then(function () {
                button.textContent = 'Copied';
              });
            });
          });

          // A run at work.
          var live = document.querySelector('[data-run]');
          if (live && window.EventSource) {
            var line = document.getElementById('live-line');
            var bar = document.getElementById('live-bar');
            var said = 0;
            var source = new EventSource('/runs/' + encodeURIComponent(live.dataset.run) + '/events');
            source.addEventListener('progress', function (event) {
              var now = JSON.parse(event.data);
              var p = now.progress || { phase: 'running', done: 0, total: 0, waitingSeconds: 0 };
              var text = p.phase.charAt(0).toUpperCase() + p.phase.slice(1);
              if (p.done) text += ': ' + p.done.toLocaleString('en') + (p.total ? ' of ' + p.total.toLocaleString('en') : '') + ' records';
              if (p.waitingSeconds) text += '. The directory asked for a pause of ' + p.waitingSeconds + ' s';
              live.querySelector('.phase').textContent = text;
              if (p.total) { bar.max = p.total; bar.value = Math.min(p.done, p.total); } else { bar.removeAttribute('value'); }
              // For those who listen: now and then, not at every event.
              if (Date.now() - said > 10000) { said = Date.now(); line.textContent = text; }
            });
            source.addEventListener('done', function () {
              source.close();
              try { sessionStorage.setItem('ended', location.pathname); } catch (e) { /* see above */ }
              window.location.reload();
            });
          }
        })();
        """
}
