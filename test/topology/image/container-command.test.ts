/** What a container would start, and what of it is one program. */
import { describe, expect, it } from 'vitest';
import { containerWords, localCommand } from '../../../src/topology/image/container-command.ts';

describe('the words that a container starts', () => {
  const image = { imageEntrypoint: ['/app'], imageCommand: ['-a'] };
  it.each([
    ['of the image alone', {}, ['/app', '-a']],
    ['with a command of the service', { command: ['-b'] }, ['/app', '-b']],
    ["with an entry point of the service, which takes the image's command away", { entrypoint: ['/x'] }, ['/x']],
    ['with both', { entrypoint: ['/x'], command: ['-b'] }, ['/x', '-b']],
    ['with an empty entry point, which leaves the command', { entrypoint: [] }, ['-a']],
    ['with an empty command, which is none', { command: [] }, ['/app', '-a']],
  ])('%s', (_, own, words) => {
    expect(containerWords({ ...image, ...own })).toEqual(words);
  });
});

function started(...words: string[]) {
  const lookup = (name: string) => ({ PORT: '80', FLAGS: '-a  -b' })[name];
  const found = localCommand(words, lookup, () => false);
  if (found.kind === 'refused') return found.why;
  if (found.kind === 'none') return '';
  if (found.kind === 'go-run') return ['go run', ...found.command.packages, '|', ...found.command.args].join(' ');
  return [...Object.entries(found.env).map((entry) => entry.join('=')), found.program, ...found.args].join('|');
}

describe('one program', () => {
  it.each([
    ['is what it is', ['./server', '-x', 'a b'], './server|-x|a b'],
    [
      'out of a shell',
      ['/bin/sh', '-c', `exec /app/server -p $PORT "\${HOST:-any host}" '$X' $FLAGS 2>&1`],
      '/app/server|-p|80|any host|$X|-a|-b',
    ],
    ['out of a shell with options and assignments', ['bash', '-euc', 'set -e; GOGC=50 ./s'], 'GOGC=50|./s'],
    ['with the arguments of a shell', ['sh', '-c', 'exec /s "$@"', '--', '-a', 'b c'], '/s|-a|b c'],
    ['out of an init', ['/sbin/tini', '-g', '-p', 'SIGTERM', '--', '/s', '-x'], '/s|-x'],
    ['out of env and a change of user', ['su-exec', 'app', '/usr/bin/env', 'A=1', '/s'], 'A=1|/s'],
    ['of go run', ['go', 'run', '-race', './cmd/api', '-delay', '40ms'], 'go run ./cmd/api | -delay 40ms'],
    ['of go run with files', ['sh', '-c', 'go run main.go util.go -x'], 'go run main.go util.go | -x'],
    ['of no words', [], ''],
  ])('%s', (_, words, expected) => {
    expect(started(...words)).toBe(expected);
  });

  it.each([
    ['a chain', ['sh', '-c', './migrate && ./server'], /line for a shell that does more/],
    ['a pipe', ['sh', '-c', './server | tee x'], /line for a shell/],
    ['a redirection', ['sh', '-c', './server > /log'], /redirects \(>\)/],
    ['a substitution', ['sh', '-c', './server -h $(hostname)'], /needs one for \$\(hostname\)/],
    ['a script', ['/entrypoint.sh', 'server'], /"\/entrypoint.sh" is a script/],
    ['a script in a shell', ['sh', './start.sh'], /"\.\/start.sh" is a script for a shell/],
    ['a watcher', ['air', '-c', '.air.toml'], /"air" builds and starts the service again/],
    ['a debugger', ['dlv', 'exec', './server'], /"dlv" starts the service under a tool/],
    ['a wait', ['./wait-for-it.sh', 'db:5432', '--', './server'], /waits for something else/],
    ['make', ['make', 'run'], /"make" builds/],
  ])('is not %s', (_, words, expected) => {
    expect(started(...words)).toMatch(expected);
  });
});
