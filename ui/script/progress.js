// Keeps the section of a run fresh while it goes on, and loads the page again when it is over.
const section = document.getElementById('progress');
if (section) {
  const part = (name) => section.querySelector(`[data-${name}]`);
  const bar = section.querySelector('progress');
  const show = (run) => {
    if (part('title').textContent !== run.title) part('status').textContent = run.title;
    part('title').textContent = run.title;
    part('step').textContent = run.running ? `Step ${run.step} of ${run.steps}${run.detail ? ': ' : ''}` : '';
    part('detail').textContent = run.detail;
    showFound(run.found);
    if (run.percent >= 0) bar.value = run.percent;
    else bar.removeAttribute('value');
  };
  const tag = ({ kind, icon, word }) => {
    const all = document.createElement('span');
    all.className = kind ? `tag tag-${kind}` : 'tag';
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    picture.setAttribute('class', 'icon');
    picture.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttribute('href', `#i-${icon}`);
    picture.append(use);
    all.append(picture, word);
    return all;
  };
  // What the check has found so far; the page without script has the same list when it is loaded again.
  const showFound = (found) => {
    part('found').hidden = !found;
    if (!found) return;
    part('sentence').textContent = found.sentence;
    part('rules').replaceChildren(...found.rules.map(({ code, name, severity, count, places, help }) => {
      const line = document.createElement('li');
      const link = document.createElement('a');
      link.href = help;
      link.textContent = code;
      line.append(tag(severity), ' ', link, ` ${name}: ${count.text}`);
      if (places) {
        const where = document.createElement('span');
        where.className = 'quiet';
        where.textContent = ` (${places})`;
        line.append(where);
      }
      return line;
    }));
  };
  part('again').hidden = true;
  const stream = new EventSource(section.dataset.events);
  stream.addEventListener('progress', (event) => show(JSON.parse(event.data)));
  stream.addEventListener('done', () => {
    stream.close();
    window.location.reload();
  });
  stream.addEventListener('error', () => {
    // EventSource begins again by itself when the connection breaks, not when it was refused: then the session is over, and the page says so.
    if (stream.readyState === EventSource.CLOSED) part('again').hidden = false;
  });
}
