// Draws the table of a page as charts: size, changes, findings and duration over the runs. The table stays: it is what screen readers and printers get.
const place = document.getElementById('charts');
const rows = [...document.querySelectorAll('#points tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
const column = (at) => rows.map((cells) => Number(cells[at]));
const look = getComputedStyle(document.documentElement);
const colour = (name) => look.getPropertyValue(`--rb-${name}`).trim();

const kinds = [
  { title: 'Size: rows of the delivery', lines: [['Rows', 3, 'accent']] },
  { title: 'Changes', lines: [['Created', 4, 'ok'], ['Updated', 5, 'accent'], ['Removed', 6, 'error'], ['Left out', 7, 'warning']] },
  { title: 'Findings', lines: [['Errors', 8, 'error'], ['Warnings', 9, 'warning']] },
  { title: 'Duration in milliseconds', lines: [['Milliseconds', 10, 'held']] },
];

const { default: uPlot } = await import(place.dataset.uplot);
const places = rows.map((_, at) => at);
const axis = { stroke: colour('quiet'), grid: { stroke: colour('line') }, ticks: { stroke: colour('line') } };

const draw = () => {
  place.replaceChildren();
  // All places first: how wide each of them is depends on the others.
  const figures = kinds.map(({ title }) => {
    const figure = document.createElement('figure');
    figure.setAttribute('aria-hidden', 'true');
    const caption = document.createElement('figcaption');
    caption.textContent = title;
    figure.append(caption);
    place.append(figure);
    return figure;
  });
  for (const [number, { lines }] of kinds.entries()) {
    const figure = figures[number];
    const inside = getComputedStyle(figure);
    const width = figure.clientWidth - parseFloat(inside.paddingLeft) - parseFloat(inside.paddingRight);
    const series = lines.map(([label, , tone], at) => ({ label, stroke: colour(tone), width: 2, dash: at === 0 ? undefined : [8, 3 * at], points: { show: rows.length < 40 } }));
    const options = {
      width, height: 220, cursor: { drag: { x: false, y: false } }, scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(0, low), Math.max(1, high)] } },
      axes: [{ ...axis, values: (_, marks) => marks.map((mark) => (Number.isInteger(mark) ? rows[mark]?.[0] ?? '' : '')), label: 'Run', labelSize: 20 }, { ...axis, size: 72, space: 40, values: (_, marks) => marks.map((mark) => mark.toLocaleString('en')) }],
      series: [{ label: 'Run', value: (_, at) => (at === null ? '–' : `${rows[at]?.[0]}, ${rows[at]?.[1]}`) }, ...series],
    };
    new uPlot(options, [places, ...lines.map(([, at]) => column(at))], figure);
  }
};

draw();
let waiting;
window.addEventListener('resize', () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 200);
});
