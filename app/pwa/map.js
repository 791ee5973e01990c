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
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(body) }).catch(() => {});
  const page = answer && new DOMParser().parseFromString(await answer.text(), 'text/html');
  const next = page?.querySelectorAll('[data-map] [data-moves]');
  if (!next?.length) {
    tell(form, form.dataset.lost);
    return;
  }
  form.querySelectorAll('[data-moves]').forEach((old, at) => {
    for (const { name, value } of next[at].attributes) old.setAttribute(name, value);
    if (old.matches('[data-place]')) old.textContent = page.querySelector('[data-map] .invalid-feedback')?.textContent ?? next[at].textContent;
  });
}
