// <drop-zone>: around the form of an upload. Files may be dropped on it; what was chosen is told, and sent with its progress in sight and a way to stop it.
// Without this script the form inside does the same, in the browser's own way.
const sizeInWords = (bytes) => {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let unit = 0;
  while ((unit === 0 ? bytes >= 1024 : bytes >= 1000) && unit < 3) bytes /= 1024, ++unit;
  return `${unit === 0 || bytes >= 9.95 ? Math.round(bytes) : bytes.toFixed(1).replace('.0', '')} ${units[unit]}`;
};

const isZip = (file) => /\.zip$/i.test(file.name);
const isOurs = (file) => /\.(zip|csv)$/i.test(file.name);

// Files of what was dropped, folders and what is in them too; each with its path.
const droppedFiles = async (items) => {
  const entries = [...items].filter((item) => item.kind === 'file').map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  const walk = async (entry, path) => {
    if (!entry) return;
    if (entry instanceof File) found.push({ file: entry, path: entry.name });
    else if (entry.isFile) found.push({ file: await new Promise((done, failed) => entry.file(done, failed)), path: path + entry.name });
    else {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (some.length === 0) break;
        for (const one of some) await walk(one, `${path}${entry.name}/`);
      }
    }
  };
  for (const entry of entries) await walk(entry, '');
  return found;
};

class DropZone extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form');
    this.inputs = [...this.form.querySelectorAll('input[type=file]')];
    this.dropped = [];
    for (const words of this.querySelectorAll('.only-script')) words.hidden = false;
    for (const input of this.inputs)
      input.addEventListener('change', () => {
        this.dropped = [];
        for (const other of this.inputs) if (other !== input) other.value = '';
        this.tell();
      });
    this.form.addEventListener('submit', (event) => this.send(event));
    this.part('stop').addEventListener('click', () => this.request?.abort());
    for (const name of ['dragenter', 'dragover'])
      this.addEventListener(name, (event) => {
        event.preventDefault();
        this.classList.add('over');
      });
    this.addEventListener('dragleave', (event) => {
      if (!this.contains(event.relatedTarget)) this.classList.remove('over');
    });
    this.addEventListener('drop', async (event) => {
      event.preventDefault();
      this.classList.remove('over');
      if (this.request) return;
      const found = await droppedFiles(event.dataTransfer.items);
      if (found.length === 0) return;
      for (const input of this.inputs) input.value = '';
      this.dropped = found;
      this.tell();
      this.part('send').focus();
    });
  }

  part(name) {
    return this.querySelector(`[data-${name}]`);
  }

  chosen() {
    if (this.dropped.length) return this.dropped;
    return this.inputs.flatMap((input) => [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
  }

  // Says what was chosen, and what of it will not be sent; answers what is wrong with it, or "".
  tell() {
    const all = this.chosen();
    const ours = all.filter(({ file }) => isOurs(file));
    const bytes = ours.reduce((sum, { file }) => sum + file.size, 0);
    const zips = ours.filter(({ file }) => isZip(file));
    const others = all.length - ours.length;
    let wrong = '';
    if (all.length && ours.length === 0) wrong = 'There is no zip and no CSV file in what was chosen.';
    else if (zips.length > 1) wrong = 'Several zips were chosen. Send one: a delivery is one zip, or loose CSV files.';
    else if (ours.length > Number(this.dataset.mostFiles)) wrong = `These are ${ours.length} files; a delivery has at most ${this.dataset.mostFiles}. Choose those of one delivery.`;
    else if (bytes > Number(this.dataset.most)) wrong = `These are ${sizeInWords(bytes)}; at most ${this.dataset.mostInWords} can be uploaded at once. Send a zip: roster files become about ten times smaller in it.`;
    let words = ours.length === 0 ? '' : `${ours.length === 1 ? ours[0].path : `${ours.length} files`}, ${sizeInWords(bytes)}`;
    if (words && others > 0) words += `; ${others === 1 ? '1 other file is' : `${others} other files are`} left out, for being neither a zip nor a CSV file`;
    if (zips.length === 1 && ours.length > 1 && /^oneroster\.zip$/i.test(zips[0].file.name)) words += '; OneRoster.zip alone will be taken';
    this.part('chosen').textContent = words;
    this.part('chosen').hidden = !words;
    this.say(wrong);
    return wrong;
  }

  say(wrong) {
    this.part('wrong').textContent = wrong;
    this.part('wrong').hidden = !wrong;
  }

  send(event) {
    event.preventDefault();
    if (this.request) return;
    const all = this.chosen();
    if (all.length === 0) return this.say('Choose a zip, or the CSV files of one delivery, first.');
    if (this.tell()) return;
    const body = new FormData();
    for (const field of this.form.querySelectorAll('input[type=hidden], select')) body.append(field.name, field.value);
    for (const { file, path } of all) if (isOurs(file)) body.append('files', file, path);

    const request = new XMLHttpRequest();
    this.request = request;
    this.show(true);
    request.upload.addEventListener('progress', ({ loaded, total }) => this.sent(loaded, total));
    request.addEventListener('load', () => this.answered(request));
    request.addEventListener('error', () => this.failed('The connection broke off before all of it had arrived. Nothing of it was kept; send it again.'));
    request.addEventListener('abort', () => this.failed('Cancelled. Nothing of it was kept.'));
    request.open('POST', this.form.action);
    request.setRequestHeader('x-csrf-token', this.form.elements.csrf.value);
    request.setRequestHeader('hx-request', 'true'); // so that the answer names the next page instead of being it
    request.send(body);
  }

  sent(loaded, total) {
    const bar = this.querySelector('progress');
    bar.value = total ? (100 * loaded) / total : 0;
    this.part('sent-words').textContent = loaded < total ? `Sending: ${sizeInWords(loaded)} of ${sizeInWords(total)}` : 'All sent; the server is putting it away';
  }

  show(sending) {
    this.part('sending').hidden = !sending;
    this.part('stop').hidden = !sending;
    this.part('send').disabled = sending;
    for (const input of this.inputs) input.disabled = sending;
    this.part('status').textContent = sending ? 'Sending' : '';
    if (sending) {
      this.sent(0, 1);
      this.say('');
      this.part('stop').focus();
    }
  }

  failed(why) {
    this.request = null;
    this.show(false);
    this.say(why);
    this.part('send').focus();
  }

  answered(request) {
    const next = request.getResponseHeader('hx-redirect');
    if (next) return window.location.assign(next);
    if (request.status === 401 || /\/sign-in/.test(request.responseURL)) return window.location.reload();
    const page = new DOMParser().parseFromString(request.responseText, 'text/html');
    const said = page.querySelector('[role=alert]:not([hidden])') ?? page.querySelector('.empty-state p, .refusal p, p');
    return this.failed(said?.textContent.trim() || `The server answered ${request.status}; nothing was kept. Try again.`);
  }
}
customElements.define('drop-zone', DropZone);
