/** Container images without an engine: files to one layer, and an archive as `docker save` writes it (Docker Image Specification 1.2). */
import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';

/** A file of an image. */
export interface ImageFile {
  /** Absolute, in the image. */
  readonly path: string;
  /** On this machine. */
  readonly from: string;
  readonly isProgram: boolean;
}

/** What a container of an image is started with (OCI Image Specification, config.md). */
export interface ImageSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly workingDir?: string | undefined;
  readonly user?: string | undefined;
  readonly stopSignal?: string | undefined;
}

/** An image in memory; the same files and settings make the same digests. */
export interface Image {
  readonly config: Buffer;
  readonly layer: Buffer;
  /** `sha256:…` of the config, by which engines know it. */
  readonly id: string;
  readonly arch: string;
}

/** Makes an image of files, all owned by root; `folders` are there without any, those for everybody to write in `shared`. */
export async function makeImage(
  files: readonly ImageFile[],
  { folders, shared }: { readonly folders: readonly string[]; readonly shared: readonly string[] },
  settings: ImageSettings,
  arch: string,
): Promise<Image> {
  const layer = await tarOf(files, folders, shared);
  const { env, entrypoint, workingDir, user, stopSignal } = settings;
  const config = {
    architecture: arch,
    os: 'linux',
    config: {
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Entrypoint: entrypoint,
      ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
      ...(user === undefined ? {} : { User: user }),
      ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
    },
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'rampart' }],
  };
  const bytes = Buffer.from(JSON.stringify(config));
  return { config: bytes, layer, id: digestOf(bytes), arch };
}

/** Writes an image for `docker load` and what takes the same: `kind load image-archive`, `ctr images import`. */
export async function writeImageArchive(image: Image, ref: string, path: string): Promise<void> {
  const name = image.id.replace('sha256:', '');
  const manifest = [{ Config: `${name}.json`, RepoTags: [ref], Layers: [`${name}/layer.tar`] }];
  const entries = [
    entry('manifest.json', Buffer.from(JSON.stringify(manifest)), 0o644),
    entry(`${name}.json`, image.config, 0o644),
    entry(`${name}/layer.tar`, image.layer, 0o644),
  ];
  await writeFile(path, Buffer.concat([...entries, end]));
}

/** `sha256:…` of bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Two blocks of zeroes end an archive. */
const end = Buffer.alloc(1024);

async function tarOf(
  files: readonly ImageFile[],
  folders: readonly string[],
  shared: readonly string[],
): Promise<Buffer> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const made = new Set<string>();
  const entries: Buffer[] = [];
  const make = (folder: string, mode: number) => {
    if (folder === '/' || made.has(folder)) return;
    make(posix.dirname(folder), 0o755);
    made.add(folder);
    entries.push(header(`${folder.slice(1)}/`, 0, mode, '5'));
  };
  for (const folder of shared) make(folder, 0o1777);
  for (const folder of folders) make(folder, 0o755);
  for (const { path, from, isProgram } of sorted) {
    make(posix.dirname(path), 0o755);
    const isExecutable = isProgram || ((await stat(from)).mode & 0o111) !== 0;
    entries.push(entry(path.slice(1), await readFile(from), isExecutable ? 0o755 : 0o644));
  }
  return Buffer.concat([...entries, end]);
}

function entry(name: string, content: Buffer, mode: number): Buffer {
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header(name, content.length, mode, '0'), content, padding]);
}

/** POSIX.1-2001, pax, ustar: a name of up to 100 bytes, before it up to 155 more. */
function header(name: string, size: number, mode: number, type: string): Buffer {
  const block = Buffer.alloc(512);
  const [prefix, short] = splitName(name);
  const put = (text: string, offset: number) => block.write(text, offset, 'utf8');
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  put(short, 0);
  put(octal(mode, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(size, 12), 124);
  put(octal(0, 12), 136);
  put(' '.repeat(8), 148);
  put(type, 156);
  put('ustar\x0000', 257);
  put(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function splitName(name: string): readonly [prefix: string, short: string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  const cuts = [...name.matchAll(/\/(?=.)/g)].map(({ index }) => index);
  const cut = cuts.find((at) => Buffer.byteLength(name.slice(at + 1)) <= 100);
  if (cut === undefined || Buffer.byteLength(name.slice(0, cut)) > 155)
    throw new Error(`the path ${name} is too long for an image`);
  return [name.slice(0, cut), name.slice(cut + 1)];
}
