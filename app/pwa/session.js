// Warns two minutes before the session ends, and makes it longer at the press of a button
// (WCAG 2.2.1). Without this script what is typed is given back after the next login.
const WARN_S = 120;
const LOOK_MS = 10_000;

let shown;
/** When the session ends, by this device's clock. */
let end = 0;

export function watchSession() {
  document.addEventListener('click', ({ target }) => {
    if (target.closest('[data-session-left] button')) longer();
  });
  document.addEventListener('visibilitychange', look);
  setInterval(look, LOOK_MS);
  look();
}

const left = () => (end - Date.now()) / 1000;
const until = (seconds) => {
  end = Date.now() + seconds * 1000;
};

async function look() {
  const box = document.querySelector('[data-session-left]');
  if (!box) return;
  if (box !== shown) {
    // Another page, as the server made it.
    shown = box;
    until(Number(box.dataset.sessionLeft));
  }
  if (document.hidden || left() > WARN_S) return;
  // Another window may have made it longer.
  if (!box.firstElementChild.hidden && left() > 0) return;
  tell(await ask('GET'));
}

async function longer() {
  const answer = await ask('POST');
  tell(answer);
  if (answer) document.querySelector('main')?.focus();
}

/** `null`: it is over; `undefined`: nobody knows. */
async function ask(method) {
  try {
    const response = await fetch('/api/sessione', { method });
    if (response.status === 401) return null;
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function tell(answer) {
  const box = shown?.firstElementChild;
  if (!box || answer === undefined) return;
  const over = answer === null;
  if (!over) until(answer.seconds);
  box.querySelector('[data-over]').hidden = !over;
  box.querySelector('[data-soon]').hidden = over;
  box.querySelector('button').hidden = over || !answer.extendable;
  box.hidden = !over && answer.seconds > WARN_S;
}
