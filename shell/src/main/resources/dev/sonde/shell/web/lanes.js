// Lanes of a timeline on a canvas of the size of the window: the lanes that are scrolled to, and of their times those in the part
// that is zoomed to.

import {byId, colour, shown} from '/assets/common.js';

const ROW = 22;
const AXIS = 22;
const LABELS = 190;
const FONT = '12px system-ui, sans-serif';
const LEAST = 20; // microseconds that the window may show

/** Hue, saturation and lightness of each state, by daylight; what is drawn lower than its lane stands in it. */
export const COLOURS = {
  running: [130, 45, 45], blocked: [2, 72, 52], parked: [32, 80, 58], waiting: [48, 75, 60], sleeping: [215, 25, 76],
  socket: [275, 45, 62], file: [318, 42, 62], idle: [40, 10, 88], pinned: [350, 80, 40],
  loading: [180, 40, 50], compiling: [205, 50, 60], thrown: [0, 90, 35], pause: [2, 80, 42], phase: [20, 75, 66],
  concurrent: [85, 35, 60], collection: [85, 30, 76], safepoint: [12, 60, 55], reaching: [45, 90, 50], operation: [230, 30, 66],
};
const INSET = {phase: 6, reaching: 7, pinned: 7, loading: 5, file: 2};

export class Lanes {
  /** @param data what the server told; @param listener told of hover(found, x, y) and select(found) */
  constructor(data, listener) {
    this.data = data;
    this.listener = listener;
    this.canvas = byId('canvas');
    this.scroll = byId('scroll');
    this.space = byId('space');
    this.from = 0;
    this.to = this.whole = Math.max(1, data.micros);
    this.spans = data.lanes.map(() => []);
    this.samples = data.lanes.map(() => []);
    data.laneOf.forEach((lane, i) => this.spans[lane].push(i));
    data.sampleLane.forEach((lane, i) => this.samples[lane].push(i));
    this.shown = data.lanes.map((_, i) => i);
    this.pauses = data.laneOf.map((_, i) => i).filter(i => data.states[data.state[i]] === 'pause');
    this.selected = {row: 0, span: undefined};
    this.scroll.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.resize()).observe(this.scroll);
    this.canvas.addEventListener('mousemove', event => this.move(event));
    this.canvas.addEventListener('mouseleave', () => listener.hover(null));
    this.canvas.addEventListener('mousedown', event => {
      this.drag = {x: event.offsetX, from: this.from, to: this.to, moved: false};
    });
    addEventListener('mouseup', event => this.release(event));
    this.canvas.addEventListener('wheel', event => this.wheel(event), {passive: false});
    this.canvas.addEventListener('keydown', event => this.key(event));
  }

  // -- what is seen

  search(pattern) {
    this.shown = this.data.lanes.map((_, i) => i)
      .filter(i => pattern === null || pattern.test(this.data.lanes[i][0]));
    this.selected = {row: 0, span: undefined};
    this.scroll.scrollTop = 0;
    this.resize();
    return this.shown.length;
  }

  all() {
    this.view(0, this.whole);
  }

  /** @param factor of the time that is seen; @param at the time that stays where it is */
  zoom(factor, at = (this.from + this.to) / 2) {
    const length = Math.max(LEAST, (this.to - this.from) * factor);
    const part = (at - this.from) / (this.to - this.from);
    this.view(at - part * length, at + (1 - part) * length);
  }

  view(from, to) {
    const length = Math.min(this.whole, Math.max(LEAST, to - from));
    this.from = Math.min(Math.max(0, from), this.whole - length);
    this.to = this.from + length;
    this.draw();
  }

  resize() {
    const dots = devicePixelRatio || 1;
    this.width = this.scroll.clientWidth;
    this.height = this.scroll.clientHeight;
    this.space.style.height = Math.max(0, this.shown.length * ROW + AXIS - this.height) + 'px';
    this.canvas.style.height = this.height + 'px';
    this.canvas.width = Math.round(this.width * dots);
    this.canvas.height = Math.round(this.height * dots);
    this.draw();
  }

  x(at) {
    return LABELS + (at - this.from) / (this.to - this.from) * (this.width - LABELS);
  }

  time(x) {
    return this.from + (x - LABELS) / (this.width - LABELS) * (this.to - this.from);
  }

  top(row) {
    return AXIS + row * ROW - this.scroll.scrollTop;
  }

  fill(state) {
    const dark = document.documentElement.dataset.theme === 'dark';
    const [hue, strength, light] = COLOURS[state] || [0, 0, 60];
    return `hsl(${hue} ${strength}% ${dark ? Math.max(22, light * .72) : light}%)`;
  }

  // -- drawing

  draw() {
    if (!this.width || !this.height) {
      return;
    }
    const dots = devicePixelRatio || 1;
    const pen = this.canvas.getContext('2d');
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.fillStyle = colour('ground');
    pen.fillRect(0, 0, this.width, this.height);
    pen.font = FONT;
    pen.textBaseline = 'middle';
    this.fills = new Map(this.data.states.concat('running').map(state => [state, this.fill(state)]));
    const ink = {text: colour('text'), faint: colour('faint'), line: colour('line'), focus: colour('focus')};
    this.drawPauses(pen);
    const first = Math.max(0, Math.floor(this.scroll.scrollTop / ROW));
    const last = Math.min(this.shown.length - 1, Math.ceil((this.scroll.scrollTop + this.height) / ROW));
    for (let row = first; row <= last; row++) {
      this.drawLane(pen, row, ink);
    }
    this.drawAxis(pen, ink);
  }

  /** When all of the application stands still, all lanes do. */
  drawPauses(pen) {
    pen.globalAlpha = .16;
    pen.fillStyle = this.fills.get('pause');
    for (const i of this.pauses) {
      const left = Math.max(LABELS, this.x(this.data.start[i]));
      const right = Math.min(this.width, this.x(this.data.start[i] + this.data.length[i]));
      if (right > left) {
        pen.fillRect(left, AXIS, Math.max(1, right - left), this.height);
      }
    }
    pen.globalAlpha = 1;
  }

  drawLane(pen, row, ink) {
    const top = this.top(row);
    const lane = this.shown[row];
    const [name, kind] = this.data.lanes[lane];
    pen.save();
    pen.beginPath();
    pen.rect(LABELS, AXIS, this.width - LABELS, this.height);
    pen.clip();
    pen.fillStyle = this.fills.get('running');
    for (const i of this.samples[lane]) {
      const at = this.data.sampleAt[i];
      if (at >= this.from - 10_000 && at <= this.to) {
        pen.fillRect(this.x(at), top + 4, Math.max(1, this.x(at + 10_000) - this.x(at)), ROW - 8);
      }
    }
    let end = -1;
    let drawn = '';
    for (const i of this.spans[lane]) {
      const start = this.data.start[i];
      const length = this.data.length[i];
      if (start > this.to || start + length < this.from) {
        continue;
      }
      const state = this.data.states[this.data.state[i]];
      const left = Math.max(LABELS - 1, this.x(start));
      const width = Math.max(1, Math.min(this.width + 1, this.x(start + length)) - left);
      // Of what is narrower than a point, one is drawn for all of a kind that fall together.
      if (width <= 1 && left < end + .5 && state === drawn) {
        continue;
      }
      end = left + width;
      drawn = state;
      const inset = INSET[state] || 2;
      pen.fillStyle = this.fills.get(state);
      pen.fillRect(left, top + inset, width, ROW - 2 * inset - (inset > 2 ? 0 : 1));
      if (width > 60 && inset === 2) {
        this.label(pen, i, left, width, top);
      }
      if (this.selected.span === i) {
        pen.strokeStyle = ink.focus;
        pen.lineWidth = 2;
        pen.strokeRect(left, top + 1, Math.max(2, width), ROW - 3);
      }
    }
    pen.restore();
    this.drawName(pen, row, top, name, kind, ink);
  }

  drawName(pen, row, top, name, kind, ink) {
    pen.fillStyle = colour(row === this.selected.row ? 'mark' : 'raised');
    pen.fillRect(0, top, LABELS - 2, ROW - 1);
    pen.fillStyle = kind === 'jvm' ? ink.faint : ink.text;
    pen.save();
    pen.beginPath();
    pen.rect(0, top, LABELS - 6, ROW);
    pen.clip();
    pen.fillText(name, 8, top + ROW / 2);
    pen.restore();
    pen.fillStyle = ink.line;
    pen.fillRect(0, top + ROW - 1, this.width, 1);
  }

  label(pen, i, left, width, top) {
    const state = this.data.states[this.data.state[i]];
    const by = this.data.texts[this.data.by[i]];
    const what = this.data.texts[this.data.what[i]].split(/[/.]/).pop();
    const dark = document.documentElement.dataset.theme === 'dark';
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width - 3, ROW);
    pen.clip();
    pen.fillStyle = dark || COLOURS[state]?.[2] < 55 ? '#ffffff' : '#241a10';
    pen.fillText(state + (what && ' ' + what) + (by && state === 'blocked' ? ', held by ' + by : ''),
      Math.max(left, LABELS) + 4, top + ROW / 2);
    pen.restore();
  }

  drawAxis(pen, ink) {
    pen.fillStyle = colour('raised');
    pen.fillRect(0, 0, this.width, AXIS - 1);
    pen.fillStyle = ink.faint;
    const rough = (this.to - this.from) / Math.max(2, (this.width - LABELS) / 110);
    const ten = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(times => times * ten).find(each => each >= rough);
    for (let at = Math.ceil(this.from / step) * step; at <= this.to; at += step) {
      const x = this.x(at);
      pen.fillRect(x, AXIS - 6, 1, 5);
      pen.fillText(at === 0 ? '0' : shown(Math.round(at * 1000), 'nanoseconds'), x + 3, AXIS / 2);
    }
  }

  // -- what is pointed at, and what is chosen

  /** The innermost of the times at a point, else a sample. */
  at(x, y) {
    const row = Math.floor((y - AXIS + this.scroll.scrollTop) / ROW);
    if (y < AXIS || x < LABELS || row < 0 || row >= this.shown.length) {
      return null;
    }
    const lane = this.shown[row];
    const from = this.time(x - 1.5);
    const to = this.time(x + 1.5);
    let best;
    for (const i of this.spans[lane]) {
      if (this.data.start[i] <= to && this.data.start[i] + this.data.length[i] >= from
          && (best === undefined || this.data.length[i] <= this.data.length[best])) {
        best = i;
      }
    }
    if (best !== undefined) {
      return {lane, row, span: best};
    }
    const sample = this.samples[lane]
      .find(i => this.data.sampleAt[i] <= to && this.data.sampleAt[i] + 10_000 >= from);
    return sample === undefined ? null : {lane, row, sample};
  }

  move(event) {
    if (this.drag) {
      const length = this.drag.to - this.drag.from;
      const by = (this.drag.x - event.offsetX) / (this.width - LABELS) * length;
      this.drag.moved = this.drag.moved || Math.abs(this.drag.x - event.offsetX) > 3;
      this.view(this.drag.from + by, this.drag.from + by + length);
      return;
    }
    this.listener.hover(this.at(event.offsetX, event.offsetY), event.clientX, event.clientY);
  }

  release(event) {
    const clicked = this.drag && !this.drag.moved && event.target === this.canvas;
    this.drag = null;
    if (clicked) {
      const found = this.at(event.offsetX, event.offsetY);
      const row = Math.floor((event.offsetY - AXIS + this.scroll.scrollTop) / ROW);
      this.select(Math.max(0, Math.min(this.shown.length - 1, row)), found?.span, found);
    }
  }

  wheel(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.25 : .8, this.time(Math.max(LABELS, event.offsetX)));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.pan((event.deltaX || event.deltaY) / 400);
    }
  }

  pan(part) {
    const by = part * (this.to - this.from);
    this.view(this.from + by, this.to + by);
  }

  select(row, span, found = null) {
    this.selected = {row, span};
    const chosen = span === undefined ? found : {lane: this.shown[row], row, span};
    this.listener.select(chosen);
    const top = this.top(row);
    if (top < AXIS) {
      this.scroll.scrollTop -= AXIS - top;
    } else if (top > this.height - ROW) {
      this.scroll.scrollTop += top - this.height + ROW;
    }
    this.draw();
  }

  /** The next time of the chosen lane, or the one before; what is out of sight is moved to. */
  step(by) {
    const all = this.spans[this.shown[this.selected.row]] || [];
    if (all.length === 0) {
      return;
    }
    const now = all.indexOf(this.selected.span);
    const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, now + by))];
    const start = this.data.start[next];
    if (start < this.from || start > this.to) {
      const length = this.to - this.from;
      this.view(start - length / 4, start + length * 3 / 4);
    }
    this.select(this.selected.row, next);
  }

  key(event) {
    const {row, span} = this.selected;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = Math.max(0, Math.min(this.shown.length - 1, row + (event.key === 'ArrowDown' ? 1 : -1)));
      this.select(next, undefined);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      this.step(event.key === 'ArrowRight' ? 1 : -1);
    } else if (event.key === '+' || event.key === '=') {
      this.zoom(.5, span === undefined ? undefined : this.data.start[span] + this.data.length[span] / 2);
    } else if (event.key === '-') {
      this.zoom(2);
    } else if (event.key === 'a' || event.key === 'd') {
      this.pan(event.key === 'd' ? .2 : -.2);
    } else if (event.key === 'Enter' && span !== undefined) {
      const length = Math.max(LEAST, this.data.length[span]);
      this.view(this.data.start[span] - length * .1, this.data.start[span] + length * 1.1);
    } else {
      return;
    }
    event.preventDefault();
  }
}
