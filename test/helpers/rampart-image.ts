/** rampart as an image of the test cluster, made from what is built here; made anew only when that has changed. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadArchive } from './kube.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/rampart-image');

/** Puts the image into every node; returns its name. */
export async function loadRampartImage(): Promise<string> {
  await mkdir(cache, { recursive: true });
  const stamp = await stampOf();
  const archive = join(cache, `${stamp}.tar`);
  const nameFile = join(cache, `${stamp}.name`);
  let name = await readFile(nameFile, 'utf8').catch(() => undefined);
  if (name === undefined) {
    const own = `${archive}.${process.pid}`;
    const { stdout } = await run(process.execPath, [join(root, '.ci/image.mjs'), own]);
    name = stdout.trim();
    // Another file that does the same at the same time makes the same.
    await rename(own, archive);
    await writeFile(nameFile, name);
  }
  await loadArchive(archive);
  return name;
}

async function stampOf(): Promise<string> {
  const dist = join(root, 'dist');
  const hash = createHash('sha256').update(process.version);
  hash.update(await readFile(join(root, 'package-lock.json')));
  hash.update(await readFile(join(root, '.ci/image.mjs')));
  for (const file of (await readdir(dist, { recursive: true })).sort()) {
    const { mtimeMs, size } = await stat(join(dist, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
