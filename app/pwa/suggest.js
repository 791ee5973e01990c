// Streets and places as one types: a combobox with a list (WAI-ARIA APG), over the control that the
// page has already. Any text may still be written: the counter reads it as it does without this.

/** Names of a list, each with the words it is found by. Asked for once. */
const lists = {};
const MOST = 8;

/** Lower case without accents. */
export const fold = (text) => text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '');
const wordsOf = (text) => fold(text).split(/[^a-z0-9]+/).filter(Boolean);

export function watchNames() {
  document.addEventListener('focusin', ({ target }) => target.dataset?.names && combobox(target));
}

function combobox(control) {
  const { names } = control.dataset;
  // Where the list is known the control is one already.
  if (control.getAttribute('role')) return;
  const popup = Object.assign(document.createElement('ul'), { className: 'cmp-names', id: `${control.id}-elenco` });
  popup.setAttribute('role', 'listbox');
  popup.setAttribute('aria-label', document.querySelector(`label[for="${control.id}"]`)?.textContent ?? '');
  let at = -1;
  let chosen;

  const close = () => {
    popup.remove();
    at = -1;
    control.setAttribute('aria-expanded', 'false');
    control.removeAttribute('aria-activedescendant');
  };
  const choose = (option) => {
    control.value = chosen = option.textContent;
    close();
    for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  const move = (by) => {
    const options = [...popup.children];
    options[at]?.removeAttribute('aria-selected');
    at = (at + by + options.length + (at < 0 && by < 0)) % options.length;
    options[at].setAttribute('aria-selected', 'true');
    options[at].scrollIntoView({ block: 'nearest' });
    control.setAttribute('aria-activedescendant', options[at].id);
  };
  const show = async () => {
    const typed = control.value;
    const found = typed !== chosen && typed.trim().length > 1 ? matches(await namesOf(names), typed) : [];
    if (control.value !== typed || document.activeElement !== control) return;
    close();
    if (!found.length) return;
    popup.replaceChildren(
      ...found.map((textContent, n) => {
        const option = Object.assign(document.createElement('li'), { textContent, id: `${popup.id}-${n}` });
        option.setAttribute('role', 'option');
        return option;
      }),
    );
    popup.style.top = `${control.offsetTop + control.offsetHeight}px`;
    control.parentElement.append(popup);
    control.setAttribute('aria-expanded', 'true');
  };

  for (const [name, value] of Object.entries({ role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': popup.id })) control.setAttribute(name, value);
  control.addEventListener('input', show);
  control.addEventListener('blur', close);
  control.addEventListener('keydown', (event) => {
    if (!popup.isConnected) return;
    const does = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: close, Enter: at < 0 ? undefined : () => choose(popup.children[at]) }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  // Before the control loses the focus, and the list with it.
  popup.addEventListener('pointerdown', (event) => event.preventDefault());
  popup.addEventListener('click', ({ target }) => target.closest('li') && choose(target.closest('li')));
}

/** Every word typed begins a word of the name; names that begin with it come first. */
function matches(names, typed) {
  const words = wordsOf(typed);
  const found = names.filter(([, of]) => words.every((word) => of.includes(` ${word}`)));
  const begins = ` ${words.join(' ')}`;
  return found.sort(([, a], [, b]) => b.startsWith(begins) - a.startsWith(begins)).slice(0, MOST).map(([name]) => name);
}

async function namesOf(list) {
  const ask = async () => {
    const answer = await fetch(`/elenchi/${list}`);
    if (!answer.ok) throw answer.status;
    return (await answer.json()).map((name) => [name, ` ${wordsOf(name).join(' ')}`]);
  };
  // Without network there is nothing to suggest; in ten seconds the next letter asks again.
  lists[list] ??= ask().catch(() => {
    setTimeout(() => delete lists[list], 10_000);
    return [];
  });
  return lists[list];
}
