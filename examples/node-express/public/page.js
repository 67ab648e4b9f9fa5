import { UploadFailed, upload } from './upload.js';

const element = (id) => document.getElementById(id);
const PHASES = { preparing: 'Preparing…', uploading: 'Uploading…', scanning: 'Scanning…' };

element('file').addEventListener('change', async ({ target }) => {
  const [file] = target.files;
  if (file === undefined) return;
  element('download').hidden = true;
  element('progress').hidden = false;
  try {
    const { status, meaning, remedy, download } = await upload(file, {
      ticketUrl: 'uploads',
      checksum: 'sha256',
      onProgress({ phase, loaded, total }) {
        element('state').textContent = PHASES[phase];
        Object.assign(element('progress'), { value: loaded, max: total || 1 });
      },
    });
    element('state').textContent = [status, meaning, remedy].filter(Boolean).join(' – ');
    if (download !== null) Object.assign(element('download'), { href: download.url, hidden: false });
  } catch (fault) {
    if (!(fault instanceof UploadFailed)) throw fault;
    element('state').textContent = `${fault.message} ${fault.remedy}`;
  } finally {
    element('progress').hidden = true;
  }
});
