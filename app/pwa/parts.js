// A file on its way to the counter: a small one in one piece, a large one in parts, which go on from
// where they were when the network comes back (tus 1.0.0, as `server/src/http/parts.rs` has it).

/** Bytes up to which a file goes in one piece, and of a part. */
const WHOLE = 1 << 20;
const PART = 1 << 19;
/** Milliseconds for which the network is waited for. */
const PATIENCE = 60_000;

/**
 * Sends `file` to `url` (`…/allegati/{id}`); the answer to the whole. `place`: where an earlier try
 * left it; `begun` is told where this one is. Rejects with `{status, text}`, status 0 without network.
 */
export async function sendFile(url, headers, file, { show = () => {}, place, begun = () => {} } = {}) {
  if (file.size <= WHOLE) {
    return (await transfer('PUT', url, { ...headers, 'content-type': 'application/octet-stream' }, file, (loaded) => show(loaded / file.size))).text;
  }
  let at = place && (await reached(place).catch((gone) => (gone.status ? undefined : Promise.reject(gone))));
  if (at === undefined) {
    const answer = await transfer('POST', `${url}/parti`, { ...headers, 'upload-length': file.size });
    place = answer.header('location');
    at = 0;
    await begun(place);
  }
  for (;;) {
    try {
      const part = file.slice(at, at + PART);
      const patch = { 'content-type': 'application/offset+octet-stream', 'upload-offset': at };
      const answer = await transfer('PATCH', place, patch, part, (loaded) => show((at + loaded) / file.size));
      if (answer.status === 200) return answer.text;
      at = Number(answer.header('upload-offset'));
      show(at / file.size);
    } catch (failed) {
      // Forgotten, a day later: from the beginning.
      if (failed.status === 404 && at > 0) return sendFile(url, headers, file, { show, begun });
      // Another window, or an answer that was lost: the counter says how far it is.
      if (failed.status && failed.status !== 409 && failed.status < 500) throw failed;
      at = await whenBack(() => reached(place), failed);
    }
  }
}

async function reached(place) {
  return Number((await transfer('HEAD', place, {})).header('upload-offset'));
}

/** The answer as soon as there is one; what failed before, where none comes. */
async function whenBack(ask, failed) {
  const until = Date.now() + PATIENCE;
  for (let pause = 500; Date.now() < until; pause = Math.min(pause * 2, 8_000)) {
    await new Promise((go) => {
      setTimeout(go, pause);
      addEventListener('online', go, { once: true });
    });
    try {
      return await ask();
    } catch (again) {
      if (again.status && again.status < 500 && again.status !== 429) throw again;
    }
  }
  throw failed;
}

/** By XMLHttpRequest, which tells how much is up. */
function transfer(method, url, headers, body, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    if (progress) request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onloadend = () => {
      const { status, responseText: text } = request;
      if (status >= 200 && status < 300) resolve({ status, text, header: (name) => request.getResponseHeader(name) });
      else reject({ status, text });
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}

// --- Photographs --------------------------------------------------------------------------------

/** Bytes from which a photograph is worth reducing, and the longest side that it keeps, pixels. */
const LARGE = 2 << 20;
const SIDE = 2_000;

/** The photograph made smaller on this device, if she agrees: `ask` says yes or no. */
export async function reduced(file, ask) {
  if (!/^image\/(jpeg|png|webp|heic)$/.test(file.type) || file.size < LARGE) return file;
  try {
    const image = await createImageBitmap(file);
    const part = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(image.width * part), height: Math.round(image.height * part) });
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((made) => canvas.toBlob(made, 'image/jpeg', 0.85));
    if (!small || small.size >= file.size || !ask(file, small)) return file;
    return new File([small], `${file.name.replace(/\.[^.]*$/, '')}.jpg`, { type: small.type });
  } catch {
    return file; // Not a picture that this browser reads.
  }
}
