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
    if (run.percent >= 0) bar.value = run.percent;
    else bar.removeAttribute('value');
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
