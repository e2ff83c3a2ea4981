// What all pages share. Text of a target only ever becomes text: textContent and fillText, never markup.

export function element(name, properties, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** What the server has to say as JSON; an Error with its sentence when it refuses. */
export async function ask(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) {
    throw new Error((await response.text()).trim() || response.statusText);
  }
  return response.json();
}

export function tell(error) {
  byId('message').textContent = error ? String(error.message || error) : '';
}

const TIMES = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']];
const SIZES = [[2 ** 40, 'TiB'], [2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB'], [1, 'B']];

/** A value with its unit, to three digits or so. */
export function shown(value, unit) {
  const size = Math.abs(value);
  const units = unit === 'nanoseconds' ? TIMES : unit === 'bytes' ? SIZES : null;
  if (units === null || value === 0) {
    return value.toLocaleString('en') + (units === null ? '' : ' ' + units[units.length - 1][1]);
  }
  const [factor, name] = units.find(([factor]) => size >= factor) || units[units.length - 1];
  const scaled = size / factor;
  const digits = scaled >= 100 || factor === 1 ? 0 : scaled >= 10 ? 1 : 2;
  return (value < 0 ? '−' : '') + scaled.toFixed(digits) + ' ' + name;
}

export function percent(part, whole) {
  return whole === 0 ? '–' : (100 * part / whole).toFixed(Math.abs(part) < whole / 10 ? 2 : 1) + ' %';
}

/** Light or dark: as the system says, until the button says otherwise. */
export function theme(changed) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.documentElement.dataset.theme =
      localStorage.getItem('theme') || (dark.matches ? 'dark' : 'light');
    if (changed) {
      changed();
    }
  };
  dark.addEventListener('change', apply);
  byId('theme').addEventListener('click', () => {
    localStorage.setItem('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
    apply();
  });
  apply();
}

/** A colour of the style sheet. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

/** Says something beside the pointer, within the window; hides it where there is nothing to say. */
export function tip(x, y, said) {
  const box = byId('tip');
  box.hidden = said.length === 0;
  if (!box.hidden) {
    box.replaceChildren(...said);
    box.style.left = Math.min(x + 12, innerWidth - box.offsetWidth - 8) + 'px';
    box.style.top = (y + 20 + box.offsetHeight > innerHeight ? y - box.offsetHeight - 8 : y + 16) + 'px';
  }
}

/** What is searched for: a pattern, null for nothing. What is no pattern yet is marked, and finds nothing. Small letters find capitals, too. */
export function sought() {
  const input = byId('search');
  input.classList.remove('wrong');
  try {
    return input.value === '' ? null : new RegExp(input.value, input.value === input.value.toLowerCase() ? 'i' : '');
  } catch {
    input.classList.add('wrong');
    return null;
  }
}
