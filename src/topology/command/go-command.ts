/** The words after `go` of a `go build`, `go install` or `go run` to what they ask for; pure. */

/** What the command makes, and how. */
export interface GoCommand {
  readonly verb: 'build' | 'install' | 'run';
  /** `-C`: the folder to work in. */
  readonly chdir: string | undefined;
  /** `-o`, as written. */
  readonly output: string | undefined;
  /** Flags that change the program, each as one word: `-tags=netgo`. */
  readonly flags: readonly string[];
  /** Packages or files, as written. */
  readonly packages: readonly string[];
  /** What `go run` gives to the program. */
  readonly args: readonly string[];
}

/** Flags of `go build` that take no value (`go help build`). */
const switches = [
  ['a', 'n', 'race', 'msan', 'asan', 'cover', 'v', 'work', 'x', 'i', 'json'],
  ['linkshared', 'modcacherw', 'trimpath', 'buildvcs'],
].flat();
/** Flags that say how to build and not what: they change nothing in the program. */
const howOnly = new Set(['a', 'v', 'work', 'x', 'i', 'p', 'json', 'pkgdir', 'modcacherw', 'C', 'o', 'exec']);

/** Undefined when the words are no such command, or one that builds nothing (`-n`, `go build -h`). */
export function readGoCommand(words: readonly string[]): GoCommand | undefined {
  const [program = '', verb, ...rest] = words;
  if (!/(?:^|\/)go(?:\d[\d.]*)?$/.test(program)) return undefined;
  if (verb !== 'build' && verb !== 'install' && verb !== 'run') return undefined;
  const { flags, left } = readFlags(rest);
  if (flags.some(([name]) => name === 'n' || name === 'h' || name === 'help')) return undefined;
  const givenTo = (wanted: string) => flags.findLast(([name]) => name === wanted)?.[1];
  const count = verb === 'run' ? runPackages(left) : left.length;
  return {
    verb,
    chdir: givenTo('C'),
    output: verb === 'build' ? givenTo('o') : undefined,
    flags: flags
      .filter(([name]) => !howOnly.has(name))
      .map(([name, value]) => (value === undefined ? `-${name}` : `-${name}=${value}`)),
    packages: left.slice(0, count),
    args: left.slice(count),
  };
}

/** `go run` takes one package, or all files that stand first. */
function runPackages(words: readonly string[]): number {
  const first = words.findIndex((word) => !word.endsWith('.go'));
  const files = first < 0 ? words.length : first;
  return Math.max(files, Math.min(1, words.length));
}

function readFlags(words: readonly string[]): { flags: [string, string | undefined][]; left: readonly string[] } {
  const flags: [string, string | undefined][] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return { flags, left: words.slice(at + 1) };
    const [, name, value] = /^--?([A-Za-z]\w*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) return { flags, left: words.slice(at) };
    if (value !== undefined || switches.includes(name)) flags.push([name, value]);
    else {
      at += 1;
      flags.push([name, words[at] ?? '']);
    }
  }
  return { flags, left: [] };
}
