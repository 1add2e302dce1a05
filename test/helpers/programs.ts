/** Tests with programs that others wrote: skipped loudly where one is not installed, failed where they are required. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

type Program = 'caddy' | 'etcd' | 'prometheus' | 'promtool' | 'go1.19' | 'versitygw' | 'nginx' | 'apache2';

/** How each is installed, and where that puts it if not on the PATH. */
const programs: Readonly<Record<Program, { readonly install: string; readonly path?: string }>> = {
  caddy: { install: debian('caddy') },
  etcd: { install: debian('etcd-server') },
  prometheus: { install: debian('prometheus') },
  promtool: { install: debian('prometheus') },
  'go1.19': { install: debian('golang-1.19-go'), path: '/usr/lib/go-1.19/bin/go' },
  nginx: { install: debian('nginx'), path: '/usr/sbin/nginx' },
  apache2: { install: debian('apache2-bin'), path: '/usr/sbin/apache2' },
  versitygw: {
    install: 'go install github.com/versity/versitygw/cmd/versitygw@v1.8.0',
    path: join(homedir(), 'go', 'bin', 'versitygw'),
  },
};

function debian(name: string): string {
  return `Debian: apt-get install ${name}`;
}

/** `describe` of something that needs a program; the body gets its path. */
export function describeWith(program: Program, title: string, body: (path: string) => void): void {
  const path = find(program);
  const reason = `${program} is not installed (${programs[program].install})`;
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
