import {ask, byId, element, shown, tell, theme} from '/assets/common.js';

const rows = byId('profiles').tBodies[0];
let profiles = [];

function cell(text, className) {
  return element('td', {textContent: text, className: className || ''});
}

function choice(name, profile) {
  const input = element('input', {type: 'radio', name, value: profile.number});
  input.setAttribute('aria-label', name + ': profile ' + profile.number);
  input.addEventListener('change', mayCompare);
  return element('td', {}, input);
}

function row(profile) {
  if (profile.unreadable) {
    return element('tr', {}, cell(profile.number, 'number'), element('td', {
      colSpan: 10, className: 'bad', textContent: 'cannot be read: ' + profile.unreadable}));
  }
  const unit = profile.types[profile.types.length - 1].unit;
  const link = element('a', {
    href: (profile.kind === 'timeline' ? '/timeline/' : '/profile/') + profile.number, textContent: profile.kind});
  const kept = element('a', {href: '/api/file/' + profile.number, textContent: 'file', download: ''});
  return element('tr', {},
    cell(profile.number, 'number'), element('td', {}, link),
    cell(profile.target + ' ' + profile.targetName),
    cell(new Date(profile.start).toLocaleString()),
    cell(profile.durationMs === 0 ? 'an instant' : shown(profile.durationMs * 1e6, 'nanoseconds'), 'number'),
    cell(profile.total === undefined ? '' : shown(profile.total, unit), 'number'),
    cell(profile.engine), cell(profile.name),
    choice('before', profile), choice('after', profile), element('td', {}, kept));
}

function chosen(name) {
  const input = rows.querySelector(`input[name=${name}]:checked`);
  return input && profiles.find(profile => profile.number === Number(input.value));
}

/** Only like is compared with like, and nothing with itself. */
function mayCompare() {
  const before = chosen('before');
  const after = chosen('after');
  const same = before && after
    && JSON.stringify(before.types) === JSON.stringify(after.types) && before.number !== after.number;
  byId('diff').disabled = !same;
}

async function load() {
  try {
    const answer = await ask('/api/profiles');
    profiles = answer.profiles;
    byId('about').textContent = 'of ' + answer.login;
    rows.replaceChildren(...profiles.map(row));
    tell(profiles.length === 0 && 'No profile is kept yet. Take one here, or type: profile cpu --for 10s');
    document.body.dataset.loaded = 'true';
  } catch (e) {
    tell(e);
  }
}

async function loadJvms() {
  try {
    const answer = await ask('/api/jvms');
    byId('jvm').replaceChildren(...answer.jvms.map(jvm => element('option', {
      value: jvm.pid, textContent: jvm.pid + ' ' + jvm.name, selected: jvm.pid === answer.selected})));
  } catch (e) {
    byId('taking').textContent = e.message;
  }
}

byId('compare').addEventListener('submit', event => {
  event.preventDefault();
  location.href = `/diff/${chosen('before').number}/${chosen('after').number}`;
});

byId('take').addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true;
  const began = Date.now();
  const wait = () => byId('taking').textContent = Math.round((Date.now() - began) / 1000) + ' s …';
  const clock = setInterval(wait, 1000);
  wait();
  try {
    const query = new URLSearchParams(
      {kind: byId('kind').value, pid: byId('jvm').value, seconds: byId('seconds').value});
    const taken = await ask('/api/take?' + query, {method: 'POST'});
    byId('taking').textContent = 'taken: #' + taken.number;
    await load();
  } catch (e) {
    byId('taking').textContent = e.message;
  } finally {
    clearInterval(clock);
    button.disabled = false;
  }
});

theme();
load();
loadJvms();
