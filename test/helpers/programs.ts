/** Tests with programs that others wrote: skipped loudly where one is not installed, failed where they are required. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

type Program = 'caddy' | 'etcd' | 'prometheus' | 'go1.19';

/** The Debian package each comes in, and where that puts it if not on the PATH. */
const programs: Readonly<Record<Program, { readonly package: string; readonly path?: string }>> = {
  caddy: { package: 'caddy' },
  etcd: { package: 'etcd-server' },
  prometheus: { package: 'prometheus' },
  'go1.19': { package: 'golang-1.19-go', path: '/usr/lib/go-1.19/bin/go' },
};

/** `describe` of something that needs a program; the body gets its path. */
export function describeWith(program: Program, title: string, body: (path: string) => void): void {
  const path = find(program);
  const reason = `${program} is not installed (Debian: apt-get install ${programs[program].package})`;
  describeUnless(path === undefined ? reason : undefined, title, () => body(path ?? ''));
}

/** `describe` of something that this machine may not have, for the reason that is given. */
export function describeUnless(reason: string | undefined, title: string, body: () => void): void {
  if (reason !== undefined) {
    if (process.env.RAMPART_REQUIRE_PROGRAMS) throw new Error(`RAMPART_REQUIRE_PROGRAMS is set, but ${reason}`);
    console.warn(`\n*** SKIPPED, not tested: ${title} (${reason}) ***\n`);
  }
  describe.skipIf(reason !== undefined)(title, body);
}

function find(program: Program): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders.map((folder) => join(folder, program)), programs[program].path].find(
    (path) => path && existsSync(path),
  );
}
