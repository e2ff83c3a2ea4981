import {ask, byId, element, percent, shown, sought, tell, theme, tip} from '/assets/common.js';
import {Graph} from '/assets/graph.js';
import {Tree} from '/assets/tree.js';

const VIEWS = ['flame', 'icicle', 'tree', 'methods', 'source'];
const MOST_ROWS = 500;
const path = location.pathname.split('/').slice(1);
const compares = path[0] === 'diff';
const asked = new URLSearchParams(location.search);
let tree = null;
let graph = null;
let view = 'flame';
let pattern = null;
let order = 'flat';
let sourceClass = '';

function query(changed) {
  const next = new URLSearchParams(asked);
  for (const [name, value] of Object.entries(changed)) {
    if (value) {
      next.set(name, value);
    } else {
      next.delete(name);
    }
  }
  return next;
}

async function load() {
  const answer = await ask('/api/' + path.join('/') + '?' + asked);
  tree = new Tree(answer);
  const target = (answer.target + ' ' + answer.targetName).trim();
  const title = compares ? `#${answer.base} → #${answer.number} ${answer.kind}` : `#${answer.number} ${answer.kind}`;
  document.title = title + ' · Sonde';
  byId('title').textContent = title;
  const total = shown(answer.total, tree.unit);
  byId('about').textContent = [target, new Date(answer.start).toLocaleString(), answer.engine,
    compares ? `${shown(answer.baseTotal, tree.unit)} → ${total}` : total,
    answer.leftOut > 0 ? `${answer.leftOut} of the smallest subtrees left out` : '',
    ...answer.notes].filter(text => text !== '').join(' · ');
  byId('about').title = byId('about').textContent;
  byId('type').replaceChildren(...answer.types.map((type, i) => element('option', {
    value: i, textContent: type.name, selected: i === answer.type})));
  byId('file').href = '/api/file/' + answer.number;
  byId('widthLabel').hidden = byId('normalisedLabel').hidden = !compares;
  byId('normalised').checked = asked.has('normalised');
  graph = new Graph(tree, {hover, select: detail, zoom: () => {}});
  heads();
  detail(0);
  fromHash();
  document.body.dataset.loaded = 'true';
}

// -- what is said of one node

function figures(node) {
  const {totals, selfs, baseTotals, total, baseTotal} = tree.answer;
  if (!compares) {
    return `${shown(totals[node], tree.unit)} (${percent(totals[node], total)})`
      + `, itself ${shown(selfs[node], tree.unit)}`;
  }
  const change = totals[node] - baseTotals[node];
  return `${shown(baseTotals[node], tree.unit)} (${percent(baseTotals[node], baseTotal)}) → `
    + `${shown(totals[node], tree.unit)} (${percent(totals[node], total)}), `
    + `${change > 0 ? '+' : ''}${shown(change, tree.unit)}`;
}

function detail(node) {
  const parts = [element('b', {textContent: tree.name(node)}), ' ' + figures(node)];
  if (tree.className(node) !== '') {
    parts.push(element('button', {type: 'button', textContent: 'source', onclick: () => openSource(tree.className(node))}));
  }
  byId('detail').replaceChildren(...parts);
}

function hover(node, x, y) {
  const file = node <= 0 ? '' : tree.methods[tree.answer.of[node]][2];
  tip(x, y, node < 0 ? [] : [element('b', {textContent: tree.name(node)}), element('br'), figures(node),
    ...(file === '' ? [] : [element('br'), element('span', {className: 'faint', textContent: file})])]);
}

// -- views

function show(next) {
  view = next;
  const drawn = view === 'flame' || view === 'icicle';
  for (const tab of byId('tabs').children) {
    const on = tab.dataset.view === view;
    tab.setAttribute('aria-selected', on);
    tab.tabIndex = on ? 0 : -1;
  }
  byId('graph').hidden = !drawn;
  for (const id of ['tree', 'methods', 'source']) {
    byId(id).hidden = view !== id;
  }
  byId('tip').hidden = true;
  if (drawn) {
    graph.turn(view === 'flame');
  } else if (view === 'tree') {
    showTree();
  } else if (view === 'methods') {
    showMethods();
  } else {
    showSource();
  }
  toHash();
}

function toHash() {
  const state = new URLSearchParams({view});
  if (byId('search').value !== '') {
    state.set('q', byId('search').value);
  }
  if (view === 'source' && sourceClass !== '') {
    state.set('class', sourceClass);
  }
  history.replaceState(null, '', '#' + state);
}

function fromHash() {
  const state = new URLSearchParams(location.hash.substring(1));
  sourceClass = state.get('class') || '';
  byId('search').value = state.get('q') || '';
  search();
  show(VIEWS.includes(state.get('view')) ? state.get('view') : 'flame');
}

function number(text, className) {
  return element('td', {className: 'number ' + (className || ''), textContent: text});
}

function sign(change) {
  return change > 0 ? 'more' : change < 0 ? 'less' : '';
}

function meter(part, whole, className) {
  const bar = element('span', {className: 'meter ' + (className || '')});
  bar.style.width = whole === 0 ? '0' : 120 * Math.abs(part) / whole + 'px';
  return element('td', {}, bar);
}

function heads() {
  const columns = compares ? ['before', 'after', 'change', ''] : ['share', '', 'total', 'self'];
  byId('treeHead').replaceChildren(...[...columns, 'method'].map(text =>
    element('th', {textContent: text, className: ['method', ''].includes(text) ? '' : 'number'})));
  const keys = compares ? [['flat', 'change, itself'], ['cum', 'change, with calls']] : [['flat', 'itself'], ['cum', 'with calls']];
  byId('methodsHead').replaceChildren(...keys.flatMap(([key, text]) => [
    element('th', {className: 'number'}, element('button', {type: 'button', textContent: text,
      onclick: () => { order = key; showMethods(); }})), element('th')]), element('th', {textContent: 'method'}));
}

// -- call tree

const openNodes = new Set([0]);

function showTree() {
  const rows = [];
  const below = tree.children();
  const add = (node, level) => {
    if (rows.length >= MOST_ROWS * 4) {
      return;
    }
    rows.push(treeRow(node, level, below[node]));
    if (openNodes.has(node)) {
      const {totals, baseTotals} = tree.answer;
      const weight = child => compares ? Math.abs(totals[child] - baseTotals[child]) : totals[child];
      [...below[node]].sort((a, b) => weight(b) - weight(a)).forEach(child => add(child, level + 1));
    }
  };
  // The way to where there is a choice, or a thread's whole stack would have to be opened by hand.
  if (openNodes.size === 1) {
    for (let node = 0; node !== undefined && openNodes.size < 60; node = below[node].length === 1 ? below[node][0] : undefined) {
      openNodes.add(node);
    }
  }
  add(0, 0);
  byId('tree').querySelector('tbody').replaceChildren(...rows);
}

function treeRow(node, level, children) {
  const {totals, selfs, baseTotals, total, baseTotal} = tree.answer;
  const knob = element('span', {className: 'knob', textContent: children.length === 0 ? '' : openNodes.has(node) ? '▾' : '▸'});
  const name = element('td', {className: 'code'}, knob, tree.name(node));
  name.style.paddingLeft = level * 1.1 + 'em';
  const change = compares ? totals[node] - baseTotals[node] : 0;
  const cells = compares
    ? [number(shown(baseTotals[node], tree.unit)), number(shown(totals[node], tree.unit)),
      number((change > 0 ? '+' : '') + shown(change, tree.unit), sign(change)),
      meter(change, Math.max(total, baseTotal), sign(change))]
    : [number(percent(totals[node], total)), meter(totals[node], total),
      number(shown(totals[node], tree.unit)), number(selfs[node] === 0 ? '' : shown(selfs[node], tree.unit))];
  const row = element('tr', {tabIndex: node === graph.selected ? 0 : -1}, ...cells, name);
  row.dataset.node = node;
  row.setAttribute('aria-level', level + 1);
  row.setAttribute('aria-selected', node === graph.selected);
  if (children.length > 0) {
    row.setAttribute('aria-expanded', openNodes.has(node));
  }
  if (pattern !== null && tree.matches(node, pattern)) {
    row.classList.add('found');
  }
  return row;
}

function toggle(node, open) {
  if (open === undefined ? openNodes.has(node) : !open) {
    openNodes.delete(node);
    openNodes.add(-1); // what was closed stays closed
  } else {
    openNodes.add(node);
    const below = tree.children();
    for (let at = node; below[at].length === 1; at = below[at][0]) {
      openNodes.add(below[at][0]);
    }
  }
  choose(node);
}

function choose(node) {
  graph.select(node);
  showTree();
  byId('tree').querySelector(`tr[data-node="${node}"]`)?.focus();
}

byId('tree').addEventListener('click', event => {
  const row = event.target.closest('tr[data-node]');
  if (row) {
    toggle(Number(row.dataset.node));
  }
});

byId('tree').addEventListener('keydown', event => {
  const row = event.target.closest('tr[data-node]');
  if (!row) {
    return;
  }
  const node = Number(row.dataset.node);
  const step = {ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling}[event.key];
  if (step) {
    choose(Number(step.dataset.node));
  } else if (event.key === 'ArrowRight') {
    toggle(node, true);
  } else if (event.key === 'ArrowLeft') {
    if (openNodes.has(node) && tree.children()[node].length > 0) {
      toggle(node, false);
    } else {
      choose(Math.max(0, tree.parents[node]));
    }
  } else if (event.key === 'Enter') {
    toggle(node);
  } else {
    return;
  }
  event.preventDefault();
});

// -- methods

function showMethods() {
  const value = cost => compares
    ? (order === 'flat' ? cost.flat - cost.baseFlat : cost.cum - cost.baseCum) : cost[order];
  const rest = cost => compares ? cost.cum - cost.baseCum : cost.cum;
  const {total, baseTotal} = tree.answer;
  const whole = compares ? Math.max(total, baseTotal) : total;
  const all = tree.costs()
    .filter(cost => pattern === null || tree.methodMatches(cost.method, pattern))
    .sort((a, b) => Math.abs(value(b)) - Math.abs(value(a)) || Math.abs(rest(b)) - Math.abs(rest(a)));
  const rows = all.slice(0, MOST_ROWS).map(cost => {
    const [className, name] = tree.methods[cost.method];
    const flat = cost.flat - (compares ? cost.baseFlat : 0);
    const cum = cost.cum - (compares ? cost.baseCum : 0);
    const colours = compares ? [sign(flat), sign(cum)] : ['', ''];
    const plus = v => (compares && v > 0 ? '+' : '') + shown(v, tree.unit);
    const label = className === '' ? name : className + '.' + name;
    const code = element('td', {className: 'code'}, className === '' ? label
      : element('a', {href: '#', textContent: label, onclick: event => {
        event.preventDefault();
        openSource(className);
      }}));
    return element('tr', {}, number(plus(flat), colours[0]), meter(flat, whole, colours[0]),
      number(plus(cum), colours[1]), meter(cum, whole, colours[1]), code);
  });
  if (all.length > MOST_ROWS) {
    rows.push(element('tr', {}, element('td', {colSpan: 5, className: 'faint',
      textContent: `${all.length - MOST_ROWS} more; search narrows them`})));
  }
  byId('methods').querySelector('tbody').replaceChildren(...rows);
}

// -- source

function openSource(className) {
  sourceClass = className;
  show('source');
}

function hottestClass() {
  const {total} = tree.answer;
  const best = tree.costs().filter(cost => tree.methods[cost.method][0] !== '')
    .sort((a, b) => Math.abs(b.flat - b.baseFlat) - Math.abs(a.flat - a.baseFlat))[0];
  return total === 0 || best === undefined ? '' : tree.methods[best.method][0];
}

async function showSource() {
  // Of a nested class the file is its outermost's.
  const className = (sourceClass || hottestClass()).replace(/\$.*/, '');
  const from = byId('sourceFrom');
  const body = byId('source').querySelector('tbody');
  body.replaceChildren();
  from.textContent = className === '' ? 'No method is chosen.' : className + ' …';
  if (className === '') {
    return;
  }
  try {
    const number = path[path.length - 1];
    const answer = await ask(`/api/source/${number}?` + query({type: byId('type').value, class: className}));
    const costs = new Map(answer.lines.map(([line, flat, cum]) => [line, {flat, cum}]));
    const most = Math.max(1, ...answer.lines.map(([, , cum]) => cum));
    const line = (numbered, text) => sourceLine(numbered, text, costs.get(numbered), most);
    if (answer.source) {
      from.textContent = `${className}, ${answer.source.from}: itself ${shown(answer.flat, answer.unit)}, `
        + `with calls ${shown(answer.cum, answer.unit)} of ${shown(answer.total, answer.unit)}`;
      body.replaceChildren(...answer.source.lines.map(each => line(each.line, each.text)));
    } else {
      from.textContent = `${className}: no source (${answer.missing}); its lines cost`;
      body.replaceChildren(...answer.lines.map(([each]) => line(each, '')));
    }
    body.querySelector('.hot')?.scrollIntoView({block: 'center'});
    byId('source').dataset.loaded = className;
  } catch (e) {
    from.textContent = className + ': ' + e.message;
  }
}

function sourceLine(numbered, text, cost, most) {
  const hot = cost && cost.cum >= most / 2;
  return element('tr', {className: hot ? 'hot' : ''},
    number(cost && cost.flat ? shown(cost.flat, tree.unit) : ''),
    number(cost && cost.cum ? shown(cost.cum, tree.unit) : ''),
    number(numbered === undefined || numbered === null ? '' : String(numbered), 'line'),
    element('td', {textContent: text.replaceAll('\\t', '    ').replaceAll('\t', '    ')}));
}

// -- search and keys

function search() {
  pattern = sought();
  byId('found').textContent = '';
  if (pattern !== null) {
    const sum = tree.foundTotal(pattern);
    byId('found').textContent = `${shown(sum, tree.unit)}, ${percent(sum, tree.answer.total)}`;
  }
  graph.search(pattern);
}

byId('search').addEventListener('input', () => {
  search();
  if (view === 'tree') {
    showTree();
  } else if (view === 'methods') {
    showMethods();
  }
  toHash();
});

byId('tabs').addEventListener('click', event => {
  if (event.target.dataset.view) {
    show(event.target.dataset.view);
  }
});

byId('tabs').addEventListener('keydown', event => {
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (step) {
    show(VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length]);
    byId('tabs').querySelector('[aria-selected=true]').focus();
  }
});

byId('reset').addEventListener('click', () => graph.zoom(0));
byId('type').addEventListener('change', () => location.search = query({type: byId('type').value}));
byId('normalised').addEventListener('change',
  () => location.search = query({normalised: byId('normalised').checked ? '1' : ''}));
byId('width').addEventListener('change', () => {
  tree.measure(byId('width').value);
  graph.relaid();
});

document.addEventListener('keydown', event => {
  const typing = /^(input|select|textarea)$/i.test(event.target.tagName);
  if (event.key === '/' && !typing) {
    event.preventDefault();
    byId('search').focus();
  } else if (event.key === 'Escape') {
    if (typing) {
      byId('canvas').focus();
    } else {
      graph.zoom(0);
    }
  } else if (event.key === 's' && !typing && !event.ctrlKey && !event.metaKey && tree.className(graph.selected) !== '') {
    openSource(tree.className(graph.selected));
  }
});

addEventListener('hashchange', fromHash);
theme(() => graph && graph.draw());
load().catch(tell);
