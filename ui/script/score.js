// Draws the table of the score over time. The table stays: it is what screen readers and printers get.
const place = document.getElementById('score');
const rows = [...document.querySelectorAll('#points tbody tr')].map((row) => ({ score: Number(row.dataset.tenths) / 10, cells: [...row.cells].map((cell) => cell.textContent.trim()) }));
const look = getComputedStyle(document.documentElement);
const colour = (name) => look.getPropertyValue(`--rb-${name}`).trim();

const { default: uPlot } = await import(place.dataset.uplot);
const axis = { stroke: colour('quiet'), grid: { stroke: colour('line') }, ticks: { stroke: colour('line') } };

const draw = () => {
  place.replaceChildren();
  const figure = document.createElement('figure');
  figure.setAttribute('aria-hidden', 'true');
  const caption = document.createElement('figcaption');
  caption.textContent = 'Rows without an error of their own, per cent';
  figure.append(caption);
  place.append(figure);
  const inside = getComputedStyle(figure);
  const width = figure.clientWidth - parseFloat(inside.paddingLeft) - parseFloat(inside.paddingRight);
  const options = {
    width, height: 220, cursor: { drag: { x: false, y: false } }, scales: { x: { time: false }, y: { range: (_, low) => [Math.max(0, Math.min(90, Math.floor(low))), 100] } },
    axes: [{ ...axis, values: (_, marks) => marks.map((mark) => (Number.isInteger(mark) ? rows[mark]?.cells[0] ?? '' : '')), label: 'Run', labelSize: 20 }, { ...axis, size: 56, space: 40 }],
    series: [{ label: 'Run', value: (_, at) => (at === null ? '–' : `${rows[at]?.cells[0]}, ${rows[at]?.cells[1]}`) }, { label: 'Score', stroke: colour('ok'), width: 2, points: { show: rows.length < 40 } }],
  };
  new uPlot(options, [rows.map((_, at) => at), rows.map((row) => row.score)], figure);
};

draw();
let waiting;
window.addEventListener('resize', () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 200);
});
