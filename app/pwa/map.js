// The map of a point moves without another page: the same form, sent from here, and what moves is
// taken from the answer. Without this script each move is a page.

export function watchMap() {
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (!form.matches('[data-map]') || submitter?.matches('[data-leaves]')) return;
    event.preventDefault();
    move(form, new FormData(form, submitter));
  });
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || target.matches('input[name=via]')) return;
    const button = document.querySelector(`[data-map] [data-press="${CSS.escape(key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  document.addEventListener('click', ({ target }) => {
    const form = target.closest('[data-here]')?.form;
    if (!form) return;
    const found = ({ coords }) => {
      const body = new FormData(form);
      body.set('lat', coords.latitude);
      body.set('lon', coords.longitude);
      body.set('scala', 1);
      move(form, body);
    };
    navigator.geolocation.getCurrentPosition(found, () => tell(form, form.dataset.denied), { enableHighAccuracy: true, timeout: 15_000 });
  });
}

const tell = (form, text) => {
  form.querySelector('[data-place]').textContent = text;
};

async function move(form, body) {
  body.set('larghezza', form.querySelector('[type=image]').clientWidth);
  const sent = { method: 'POST', headers: { accept: 'application/vnd.sportello.screen+json' }, body: new URLSearchParams(body) };
  const answer = await fetch(`/api${form.getAttribute('action')}`, sent)
    .then((answer) => answer.json())
    .catch(() => {});
  const { html } = answer?.data?.main ?? {};
  if (!html) {
    tell(form, answer?.errors?.[0]?.message ?? form.dataset.lost);
    return;
  }
  const next = new DOMParser().parseFromString(html, 'text/html').querySelectorAll('[data-moves]');
  form.querySelectorAll('[data-moves]').forEach((old, at) => {
    for (const { name, value } of next[at].attributes) old.setAttribute(name, value);
    old.textContent = next[at].textContent;
  });
}
