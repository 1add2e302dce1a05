/** Where secrets can be found after a run and while it goes on: every file, also within gzip, what was printed, and the process list. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { secretForms } from '../../src/model/secret-forms.ts';

/** Each form of a secret that stands in one of the texts, with the name of the text. */
export function leaksIn(texts: Iterable<readonly [name: string, text: string]>, secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(secretForms);
  return [...texts].flatMap(([name, text]) =>
    forms.filter((form) => text.includes(form)).map((form) => `${name}: ${form}`),
  );
}

/** The texts of all files below a folder, with their names; of gzip what it holds. */
export function* filesBelow(folder: string): Generator<readonly [name: string, text: string]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    yield [`the name ${name}`, name];
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    yield [path, (isGzip ? gunzipSync(bytes) : bytes).toString('utf8')];
  }
}

/** Looks again and again at command lines of this machine, and at what runs write into folders for themselves: not at what commands of faults print there. */
export function watchLeaks(secrets: readonly string[]): { found(): string[] } {
  const found = new Set<string>();
  const known = new Set<string>();
  const isNew = ([, text]: readonly [string, string]) => !known.has(text) && known.add(text);
  const look = () => {
    for (const leak of leaksIn([...commandLines(), ...runFolders()].filter(isNew), secrets)) found.add(leak);
  };
  const timer = setInterval(look, 50);
  return {
    found: () => {
      clearInterval(timer);
      return [...found];
    },
  };
}

function* commandLines(): Generator<readonly [string, string]> {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const text = readIfThere(`/proc/${pid}/cmdline`);
    if (text !== undefined) yield [`command line ${pid}`, text.replaceAll('\0', ' ')];
  }
}

function* runFolders(): Generator<readonly [string, string]> {
  for (const folder of readdirSync(tmpdir()).filter((name) => /^rampart-[0-9a-f]{8}-/.test(name))) {
    let names: string[] = [];
    try {
      names = readdirSync(join(tmpdir(), folder));
    } catch {
      continue;
    }
    for (const name of names.filter((each) => /json|note|Dockerfile/.test(each))) {
      const text = readIfThere(join(tmpdir(), folder, name));
      if (text !== undefined) yield [join(folder, name), text];
    }
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
