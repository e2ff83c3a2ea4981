// Makes the flame graphs of a report answer: a click on a box zooms to it, what is typed marks the methods that have it in their
// name. Without this they are there all the same.
for (const flame of document.querySelectorAll('svg.flame')) {
  const whole = flame.viewBox.baseVal.width;
  const boxes = [...flame.querySelectorAll('svg')].map(box => ({box, name: box.querySelector('title').textContent.toLowerCase(),
    level: box.y.baseVal.value, from: box.x.baseVal.value, width: box.width.baseVal.value}));
  const zoom = to => {
    for (const {box, level, from, width} of boxes) {
      const above = level < to.level && from <= to.from + 1 && from + width >= to.from + to.width - 1;
      const left = above ? 0 : (from - to.from) / to.width * whole;
      const right = above ? whole : (from + width - to.from) / to.width * whole;
      const beside = right <= 0 || left >= whole || (level <= to.level && !above && box !== to.box);
      box.style.display = beside ? 'none' : '';
      box.setAttribute('x', Math.max(0, left));
      box.setAttribute('width', Math.max(.5, Math.min(whole, right) - Math.max(0, left)));
      box.classList.toggle('above', above);
      label(box);
    }
  };
  const label = box => {
    const text = box.querySelector('text');
    if (text.textContent === '' && box.width.baseVal.value > 40) {
      const name = box.querySelector('title').textContent.replace(/ \S+, +\S+%$/, '');
      text.textContent = name.split('.').slice(-2).join('.');
    }
  };
  flame.addEventListener('click', event => {
    const clicked = boxes.find(({box}) => box === event.target.closest('svg'));
    if (clicked) {
      zoom(clicked);
    }
  });
  flame.previousElementSibling?.querySelector('input')?.addEventListener('input', event => {
    const wanted = event.target.value.toLowerCase();
    boxes.forEach(({box, name}) => box.classList.toggle('found', wanted !== '' && name.includes(wanted)));
  });
}
document.body.dataset.loaded = 'true';
