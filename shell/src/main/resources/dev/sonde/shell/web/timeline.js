// One timeline: its lanes, a search for threads, and what is chosen or pointed at, in words.

import {ask, byId, element, shown, sought, tell, theme, tip} from '/assets/common.js';
import {COLOURS, Lanes} from '/assets/lanes.js';

const BY = {waiting: 'notified by', pinned: 'keeps', operation: 'asked for by'};

const number = location.pathname.split('/').pop();
let data;
let lanes;

function micros(value) {
  return value === 0 ? '0' : shown(value * 1000, 'nanoseconds');
}

/** The lines that say what a span or a sample is. */
function lines(found) {
  const thread = data.lanes[found.lane][0];
  if (found.sample !== undefined) {
    return [`${thread} running, at ${micros(data.sampleAt[found.sample])}`,
      ...data.texts[data.sampleStack[found.sample]].split('\n')];
  }
  const i = found.span;
  const state = data.states[data.state[i]];
  const what = data.texts[data.what[i]];
  const by = data.texts[data.by[i]];
  const at = data.texts[data.at[i]];
  return [
    `${thread} ${state} ${data.open[i] ? 'at least ' : ''}${micros(data.length[i])}${what && ': ' + what}`
      + (by && `, ${BY[state] || 'held by'} ${by}`),
    `from ${micros(data.start[i])}${data.open[i] ? ', not over when the recording ended' : ''}`,
    ...(at ? at.split('\n') : [])];
}

const listener = {
  hover(found, x, y) {
    const said = found === null ? [] : lines(found);
    tip(x, y, said.map((line, i) => element('div', {textContent: line, className: i > 1 ? 'code' : ''})));
  },
  select(found) {
    byId('detail').textContent = found === null ? '' : lines(found).join(' · ');
  },
};

function legend() {
  const used = new Set(data.state.map(state => data.states[state]));
  if (data.sampleAt.length > 0) {
    used.add('running');
  }
  byId('legend').replaceChildren(...Object.keys(COLOURS).filter(state => used.has(state)).map(state => {
    const patch = element('i');
    patch.style.background = lanes.fill(state);
    return element('span', {}, patch, state);
  }));
}

function search() {
  const pattern = sought();
  const count = lanes.search(pattern);
  byId('found').textContent = pattern === null ? '' : `${count} of ${data.lanes.length} lanes`;
}

async function load() {
  try {
    data = await ask('/api/timeline/' + number);
    byId('title').textContent = `#${number} timeline`;
    byId('about').textContent = `${data.target} ${data.targetName}, ${micros(data.micros)} by ${data.engine}`
      + (data.name && ': ' + data.name);
    document.title = `#${number} timeline of ${data.targetName} · Sonde`;
    byId('waits').href = '/profile/' + number;
    byId('perfetto').href = '/api/perfetto/' + number;
    byId('recording').href = '/api/recording/' + number;
    tell([data.cut, data.leftOut > 0 && `${data.leftOut.toLocaleString('en')} of the shortest are not drawn`]
      .filter(Boolean).join('; '));
    lanes = new Lanes(data, listener);
    legend();
    theme(() => {
      lanes.draw();
      legend();
    });
    byId('search').addEventListener('input', search);
    byId('closer').addEventListener('click', () => lanes.zoom(.5));
    byId('wider').addEventListener('click', () => lanes.zoom(2));
    byId('reset').addEventListener('click', () => lanes.all());
    addEventListener('keydown', event => {
      if (event.key === '/' && event.target.tagName !== 'INPUT') {
        event.preventDefault();
        byId('search').focus();
      } else if (event.key === 'Escape') {
        byId('search').value = '';
        search();
        lanes.all();
        byId('canvas').focus();
      }
    });
    byId('canvas').focus();
    document.body.dataset.loaded = 'true';
  } catch (e) {
    tell(e);
    theme();
  }
}

load();
