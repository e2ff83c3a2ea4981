// The flame graph and the icicle: the same tree, drawn from the bottom or from the top. A canvas of the size of the window shows
// the part that is scrolled to, so that neither depth nor number of nodes costs more than what is seen of them.

import {byId, colour} from '/assets/common.js';

const ROW = 19;
const FONT = '12px system-ui, sans-serif';
const CHARACTER = 6.4;

export class Graph {
  /** @param tree what is drawn; @param listener told of hover(node, x, y), select(node), zoom(node) */
  constructor(tree, listener) {
    this.tree = tree;
    this.listener = listener;
    this.canvas = byId('canvas');
    this.scroll = byId('scroll');
    this.space = byId('space');
    this.upwards = true;
    this.root = 0;
    this.selected = 0;
    this.pattern = null;
    this.layout();
    this.scroll.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.resize()).observe(this.scroll);
    this.canvas.addEventListener('mousemove', event => this.hover(event));
    this.canvas.addEventListener('mouseleave', () => listener.hover(-1));
    this.canvas.addEventListener('click', event => this.click(event));
    this.canvas.addEventListener('keydown', event => this.key(event));
  }

  /** Where each node stands, in the unit of the widths: parents come before their children. */
  layout() {
    const {parents, widths, count} = this.tree;
    this.starts = new Float64Array(count);
    this.depths = new Int32Array(count);
    const next = new Float64Array(count);
    this.byDepth = [[0]];
    for (let i = 1; i < count; i++) {
      const parent = parents[i];
      this.starts[i] = next[parent];
      next[parent] += widths[i];
      next[i] = this.starts[i];
      const depth = this.depths[i] = this.depths[parent] + 1;
      (this.byDepth[depth] || (this.byDepth[depth] = [])).push(i);
    }
  }

  /** After the widths have changed. */
  relaid() {
    this.layout();
    this.resize();
  }

  turn(upwards) {
    this.upwards = upwards;
    this.resize();
    this.scroll.scrollTop = upwards ? this.space.offsetHeight : 0;
    this.draw();
  }

  search(pattern) {
    this.pattern = pattern;
    this.draw();
  }

  zoom(node) {
    this.root = node;
    this.select(node);
    this.resize();
    this.reveal(node);
    this.listener.zoom(node);
  }

  select(node) {
    this.selected = node;
    this.listener.select(node);
    this.draw();
  }

  resize() {
    if (this.scroll.clientHeight === 0) {
      return;
    }
    const stuck = this.upwards && this.scroll.scrollTop + this.scroll.clientHeight >= this.scroll.scrollHeight - 2;
    const dots = devicePixelRatio || 1;
    this.width = this.scroll.clientWidth;
    this.height = this.scroll.clientHeight;
    this.rows = this.deepest() + 1;
    this.space.style.height = Math.max(0, this.rows * ROW - this.height) + 'px';
    this.canvas.style.height = this.height + 'px';
    this.canvas.width = Math.round(this.width * dots);
    this.canvas.height = Math.round(this.height * dots);
    if (stuck) {
      this.scroll.scrollTop = this.scroll.scrollHeight;
    }
    this.draw();
  }

  /** The deepest level that has a node in the part that is zoomed to. */
  deepest() {
    const from = this.starts[this.root];
    const to = from + this.tree.widths[this.root];
    const least = (to - from) / (this.width || 1000) / 2;
    for (let depth = this.byDepth.length - 1; depth > 0; depth--) {
      if (this.byDepth[depth].some(i =>
        this.tree.widths[i] > least && this.starts[i] >= from && this.starts[i] < to)) {
        return depth;
      }
    }
    return this.depths[this.root];
  }

  /** The upper edge of a level, on the canvas. */
  top(depth) {
    const height = Math.max(this.rows * ROW, this.upwards ? this.height : 0);
    return (this.upwards ? height - (depth + 1) * ROW : depth * ROW) - this.scroll.scrollTop;
  }

  /** Left edge and width of a node on the canvas; what encloses the zoomed node has all of it. */
  extent(node) {
    const from = this.starts[this.root];
    const whole = this.tree.widths[this.root] || 1;
    const scale = this.width / whole;
    const left = Math.max(0, (this.starts[node] - from) * scale);
    const right = Math.min(this.width, (this.starts[node] + this.tree.widths[node] - from) * scale);
    return [left, right - left];
  }

  draw() {
    if (!this.width || this.scroll.clientHeight === 0) {
      return;
    }
    const dots = devicePixelRatio || 1;
    const pen = this.canvas.getContext('2d');
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.fillStyle = colour('ground');
    pen.fillRect(0, 0, this.width, this.height);
    pen.font = FONT;
    pen.textBaseline = 'middle';
    this.ink = {dark: document.documentElement.dataset.theme === 'dark',
      found: colour('found'), focus: colour('focus'), text: colour('text')};
    this.drawn = 0;
    for (let depth = 0; depth < this.byDepth.length; depth++) {
      const top = this.top(depth);
      if (top > -ROW && top < this.height) {
        this.drawLevel(pen, depth, top);
      }
    }
    const [left, width] = this.extent(this.selected);
    if (width > 0) {
      pen.strokeStyle = this.ink.focus;
      pen.lineWidth = 2;
      pen.strokeRect(left + 1, this.top(this.depths[this.selected]) + 1, Math.max(1, width - 2), ROW - 3);
    }
  }

  drawLevel(pen, depth, top) {
    const enclosing = depth < this.depths[this.root];
    let end = -1;
    for (const node of this.byDepth[depth]) {
      const [left, width] = this.extent(node);
      // Of what is narrower than half a point, one is drawn for all that fall together.
      if (width <= 0 || (width < .5 && left + width < end + .5)) {
        continue;
      }
      end = left + width;
      this.drawn++;
      pen.globalAlpha = enclosing ? .55 : 1;
      pen.fillStyle = this.fill(node);
      pen.fillRect(left, top, Math.max(.5, width - (width > 3 ? 1 : 0)), ROW - 1);
      if (width > 24) {
        this.label(pen, node, left, width, top);
      }
      pen.globalAlpha = 1;
    }
  }

  label(pen, node, left, width, top) {
    const name = this.tree.label(node, Math.floor((width - 8) / CHARACTER));
    pen.fillStyle = this.textOn;
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width - 3, ROW);
    pen.clip();
    pen.fillText(name, left + 4, top + ROW / 2);
    pen.restore();
  }

  fill(node) {
    const {dark} = this.ink;
    this.textOn = dark ? '#f4efe6' : '#241a10';
    if (this.pattern !== null && this.tree.matches(node, this.pattern)) {
      this.textOn = dark ? '#1b1030' : '#ffffff';
      return this.ink.found;
    }
    const change = this.tree.change(node);
    if (change !== null) {
      // White where nothing changed, to full red or blue where most did.
      const strength = Math.sqrt(Math.min(1, Math.abs(change)));
      const light = dark ? 24 + 22 * strength : 94 - 40 * strength;
      this.textOn = dark || strength > .8 ? '#ffffff' : this.textOn;
      return `hsl(${change > 0 ? 4 : 214} ${Math.round(strength * 78)}% ${light}%)`;
    }
    const {hue, code} = this.tree.kind(node);
    switch (code) {
      case 'root': return dark ? '#3b3833' : '#dcd8d0';
      case 'native': return `hsl(205 ${dark ? 18 : 24}% ${dark ? 33 : 79}%)`;
      case 'kernel': return `hsl(285 ${dark ? 20 : 30}% ${dark ? 34 : 81}%)`;
      default: return `hsl(${12 + hue * 43} ${dark ? 52 : 78}% ${dark ? 31 + hue * 5 : 68 + hue * 8}%)`;
    }
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    for (let depth = 0; depth < this.byDepth.length; depth++) {
      const top = this.top(depth);
      if (y >= top && y < top + ROW) {
        return this.byDepth[depth].find(node => {
          const [left, width] = this.extent(node);
          return width > 0 && x >= left && x < left + Math.max(1, width);
        }) ?? -1;
      }
    }
    return -1;
  }

  hover(event) {
    this.listener.hover(this.at(event), event.clientX, event.clientY);
  }

  click(event) {
    const node = this.at(event);
    if (node >= 0) {
      this.zoom(node === this.root && node !== 0 ? this.tree.parents[node] : node);
    }
  }

  key(event) {
    const {parents} = this.tree;
    const node = this.selected;
    let next = node;
    if (event.key === (this.upwards ? 'ArrowDown' : 'ArrowUp')) {
      next = Math.max(0, parents[node]);
    } else if (event.key === (this.upwards ? 'ArrowUp' : 'ArrowDown')) {
      next = this.siblings(node, node)[0] ?? node;
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const all = node === 0 ? [0] : this.siblings(parents[node], node);
      next = all[all.indexOf(node) + (event.key === 'ArrowRight' ? 1 : -1)] ?? node;
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.zoom(node);
    } else if (event.key === 'Backspace') {
      this.zoom(Math.max(0, parents[this.root]));
    } else {
      return;
    }
    event.preventDefault();
    if (next !== node) {
      this.select(next);
      this.reveal(next);
    }
  }

  /** The children of a node that can be seen. */
  siblings(parent) {
    return (this.byDepth[this.depths[parent] + 1] || [])
      .filter(node => this.tree.parents[node] === parent && this.tree.widths[node] > 0);
  }

  reveal(node) {
    const top = this.top(this.depths[node]);
    if (top < 0) {
      this.scroll.scrollTop += top;
    } else if (top > this.height - ROW) {
      this.scroll.scrollTop += top - this.height + ROW;
    }
    this.draw();
  }
}
