// The map of a point moves without another page: the same form, sent from here, and what moves is
// taken from the answer. Without this script each move is a page.

/** One move after the other: each starts from where the last one has led. */
let turn = Promise.resolve();
let waiting = 0;

export function watchMap() {
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (!form.matches('[data-map]') || submitter?.matches('[data-leaves]')) return;
    event.preventDefault();
    // Safari before 16.4 leaves the button out.
    const pressed = [...new FormData(form, submitter)].filter(([name]) => /^(azione|punto\.)/.test(name));
    queue(form, pressed.length || !submitter?.value ? pressed : [[submitter.name, submitter.value]]);
  });
  document.addEventListener('keydown', (event) => {
    const { target, key, repeat } = event;
    const form = target.closest('[data-map]');
    if (!form || target.matches('input[type=text]') || event.altKey || event.ctrlKey || event.metaKey || (event.shiftKey && key !== '+')) return;
    const button = form.querySelector(`[data-press="${CSS.escape(key)}"]`);
    if (!button) return;
    event.preventDefault();
    if (!repeat || !waiting) button.click();
  });
  document.addEventListener('click', ({ target }) => {
    const form = target.closest('[data-here]')?.form;
    if (!form) return;
    const found = ({ coords }) => queue(form, [['azione', 'qui'], ['qui.lat', coords.latitude], ['qui.lon', coords.longitude]]);
    navigator.geolocation.getCurrentPosition(found, () => tell(form, form.dataset.denied), { enableHighAccuracy: true, timeout: 15_000 });
  });
}

const tell = (form, text) => {
  form.querySelector('[data-place]').textContent = text;
};

function queue(form, pressed) {
  waiting += 1;
  turn = turn.then(() => move(form, pressed)).finally(() => {
    waiting -= 1;
  });
}

async function move(form, pressed) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of pressed) body.set(name, value);
  body.set('larghezza', form.querySelector('[type=image]').clientWidth);
  const sent = { method: 'POST', headers: { accept: 'application/vnd.sportello.screen+json' }, body };
  const answer = await fetch(`/api${form.getAttribute('action')}`, sent)
    .then((answer) => answer.json())
    .catch(() => {});
  const { html } = answer?.data?.main ?? {};
  if (!html) {
    tell(form, answer?.errors?.[0]?.message ?? answer?.detail ?? form.dataset.lost);
    return;
  }
  const next = new DOMParser().parseFromString(html, 'text/html').querySelectorAll('[data-moves]');
  form.querySelectorAll('[data-moves]').forEach((old, at) => {
    for (const { name, value } of next[at].attributes) old.setAttribute(name, value);
    old.textContent = next[at].textContent;
  });
}
