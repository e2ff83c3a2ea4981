// The calls of a profile, or of two, as the server gives them: lists of numbers, parents before children.

export class Tree {
  constructor(answer) {
    this.answer = answer;
    this.parents = answer.parents;
    this.methods = answer.methods;
    this.count = answer.parents.length;
    this.compares = answer.baseTotals !== undefined;
    this.unit = answer.types[answer.type].unit;
    this.hues = this.methods.map(([className]) => hue(className.substring(0, Math.max(0, className.lastIndexOf('.')))));
    this.found = new Map();
    this.measure('both');
  }

  /** How wide a node is: what it cost after, before, or both; where nothing was compared, what it costs. */
  measure(by) {
    const {totals, baseTotals} = this.answer;
    this.widths = !this.compares || by === 'after' ? totals.map(value => Math.max(0, value))
      : by === 'before' ? baseTotals : totals.map((value, i) => value + baseTotals[i]);
    if (this.compares) {
      this.mostChange = 1;
      for (let i = 1; i < this.count; i++) {
        this.mostChange = Math.max(this.mostChange, Math.abs(totals[i] - baseTotals[i]));
      }
    }
  }

  name(node) {
    const method = this.methods[this.answer.of[node]];
    return node === 0 ? 'all' : method[0] === '' ? method[1] : method[0] + '.' + method[1];
  }

  className(node) {
    return node === 0 ? '' : this.methods[this.answer.of[node]][0];
  }

  /** As much of the name as fits: the package goes first. */
  label(node, characters) {
    const whole = this.name(node);
    if (whole.length <= characters || node === 0) {
      return whole;
    }
    const [className, method] = this.methods[this.answer.of[node]];
    const short = className.substring(className.lastIndexOf('.') + 1) + '.' + method;
    return className !== '' && short.length <= characters ? short : className === '' ? whole : method;
  }

  kind(node) {
    const method = this.answer.of[node];
    return node === 0 ? {hue: 0, code: 'root'} : {hue: this.hues[method], code: this.methods[method][3]};
  }

  /** From −1 to 1, of a comparison; else null. */
  change(node) {
    return this.compares ? (this.answer.totals[node] - this.answer.baseTotals[node]) / this.mostChange : null;
  }

  matches(node, pattern) {
    return node > 0 && this.methodMatches(this.answer.of[node], pattern);
  }

  methodMatches(method, pattern) {
    if (this.pattern !== pattern) {
      this.pattern = pattern;
      this.found.clear();
    }
    let known = this.found.get(method);
    if (known === undefined) {
      const [className, name, file] = this.methods[method];
      known = pattern.test(className === '' ? name : className + '.' + name) || pattern.test(file);
      this.found.set(method, known);
    }
    return known;
  }

  /** What the found methods cost together, recursion counted once. */
  foundTotal(pattern) {
    const inside = new Uint8Array(this.count);
    let sum = 0;
    for (let i = 1; i < this.count; i++) {
      const above = inside[this.parents[i]];
      const match = this.matches(i, pattern);
      inside[i] = above || match ? 1 : 0;
      if (match && !above) {
        sum += this.answer.totals[i];
      }
    }
    return sum;
  }

  children() {
    if (!this.below) {
      this.below = Array.from({length: this.count}, () => []);
      for (let i = 1; i < this.count; i++) {
        this.below[this.parents[i]].push(i);
      }
    }
    return this.below;
  }

  /** Each method's own cost and that with what it calls, recursion counted once; the costliest first. */
  costs() {
    const {of, totals, selfs, baseTotals, baseSelfs} = this.answer;
    const all = this.methods.map(() => ({flat: 0, cum: 0, baseFlat: 0, baseCum: 0, node: 0}));
    const open = new Int32Array(this.methods.length);
    const below = this.children();
    const walk = [[0, 0]];
    while (walk.length > 0) {
      const top = walk[walk.length - 1];
      const [node, next] = top;
      const cost = all[of[node]];
      if (next === 0 && node > 0) {
        cost.flat += selfs[node];
        cost.baseFlat += this.compares ? baseSelfs[node] : 0;
        if (open[of[node]]++ === 0) {
          cost.cum += totals[node];
          cost.baseCum += this.compares ? baseTotals[node] : 0;
        }
      }
      if (next < below[node].length) {
        top[1]++;
        walk.push([below[node][next], 0]);
      } else {
        walk.pop();
        if (node > 0) {
          open[of[node]]--;
        }
      }
    }
    return all.map((cost, method) => ({...cost, method}));
  }
}

/** The same colour for the same package, everywhere and always. */
function hue(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  }
  return (hash >>> 8) % 1000 / 1000;
}
