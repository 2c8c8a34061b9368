(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');
  const steps = [...document.querySelectorAll('.step')];
  const stages = [...document.querySelectorAll('.stage')];
  const input = document.getElementById('filter');
  const buttons = [...document.querySelectorAll('[data-show]')];
  let show = '';
  // Only what a line shows is searched, so that typing stays quick with thousands of steps.
  const texts = steps.map(s => s.firstElementChild.textContent.toLowerCase());

  function filter() {
    const words = (input ? input.value : '').toLowerCase().split(/\s+/).filter(Boolean);
    let any = false;
    steps.forEach((s, i) => {
      const fits = (!show || s.dataset.v === show) && words.every(w => texts[i].includes(w));
      s.hidden = !fits;
      any = any || fits;
    });
    for (const stage of stages) stage.hidden = !stage.querySelector('.step:not([hidden])');
    const none = document.querySelector('.none');
    if (none) none.hidden = any;
  }

  function choose(button) {
    show = button.dataset.show;
    for (const b of buttons) b.setAttribute('aria-pressed', String(b === button));
    filter();
  }

  function theme() {
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  }

  function keys() {
    let dialog = document.querySelector('dialog');
    if (!dialog) {
      dialog = document.createElement('dialog');
      dialog.innerHTML = '<h2>Keys</h2><dl>'
        + '<dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous step</dd>'
        + '<dt><kbd>Enter</kbd></dt><dd>open or close it</dd>'
        + '<dt><kbd>/</kbd></dt><dd>filter</dd>'
        + '<dt><kbd>e</kbd></dt><dd>to the failed step</dd>'
        + '<dt><kbd>x</kbd></dt><dd>close all steps</dd>'
        + '<dt><kbd>t</kbd></dt><dd>light or dark</dd></dl>'
        + '<form method="dialog"><button>Close</button></form>';
      document.body.append(dialog);
    }
    dialog.showModal();
  }

  function reveal(step) {
    if (step.hidden && buttons.length) { if (input) input.value = ''; choose(buttons[0]); }
    step.firstElementChild.focus();
    step.scrollIntoView({ block: 'nearest' });
  }

  function move(by) {
    const visible = steps.filter(s => !s.hidden);
    if (!visible.length) return;
    const at = visible.indexOf(document.activeElement && document.activeElement.closest('.step'));
    const next = at < 0 ? (by > 0 ? 0 : visible.length - 1) : at + by;
    if (visible[next]) reveal(visible[next]);
  }

  function fromHash() {
    const target = /^#s\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (target) { target.open = true; reveal(target); target.scrollIntoView({ block: 'center' }); }
  }

  for (const b of buttons) b.addEventListener('click', () => choose(b));
  if (input) input.addEventListener('input', filter);
  document.getElementById('theme').addEventListener('click', theme);
  document.getElementById('keys').addEventListener('click', keys);
  addEventListener('hashchange', fromHash);
  fromHash();
  addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]')) return;
    if (e.target === input) {
      if (e.key === 'Escape') { input.value = ''; filter(); input.blur(); }
      return;
    }
    const failed = steps.find(s => s.dataset.v === 'failed');
    switch (e.key) {
      case 'j': move(1); break;
      case 'k': move(-1); break;
      case 'e': if (failed) { failed.open = true; reveal(failed); } break;
      case 'x': for (const s of steps) s.open = false; break;
      case 't': theme(); break;
      case '?': keys(); break;
      case '/': if (input) { input.focus(); break; } return;
      default: return;
    }
    e.preventDefault();
  });
})();
