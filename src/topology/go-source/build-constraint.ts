/** Whether a Go file is part of a build on this machine (go/build/constraint, and `go help buildconstraint`); pure. */

/** What a build is for. */
export interface BuildPlace {
  readonly os: string;
  readonly arch: string;
}

const systems =
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos'.split(
    ' ',
  );
const architectures =
  '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64 wasm'.split(' ');
const unixLike = 'aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris'.split(' ');

/** By its name, and by the `//go:build` line before its package clause. */
export function isBuilt(name: string, source: string, place: BuildPlace): boolean {
  if (/_test\.go$/.test(name) || /^[_.]/.test(name) || !name.endsWith('.go')) return false;
  const parts = name.replace(/\.go$/, '').split('_').slice(1);
  const [last = '', before = ''] = [parts.at(-1), parts.at(-2)];
  const isOther = (part: string, known: readonly string[], own: string) => known.includes(part) && part !== own;
  if (isOther(last, architectures, place.arch) || isOther(last, systems, place.os)) return false;
  if (architectures.includes(last) && isOther(before, systems, place.os)) return false;
  const expression = constraintOf(source);
  return expression === undefined || holds(expression, (tag) => isMet(tag, place));
}

/** The expression of the first `//go:build` line; undefined when there is none before the package clause. */
export function constraintOf(source: string): string | undefined {
  const head = source.slice(0, 16_384).replace(/\/\*[\s\S]*?\*\//g, '');
  for (const line of head.split('\n')) {
    const [, expression] = /^\/\/go:build\s+(.*)$/.exec(line.trim()) ?? [];
    if (expression !== undefined) return expression;
    if (/^\s*package\s/.test(line)) return undefined;
  }
  return undefined;
}

function isMet(tag: string, { os, arch }: BuildPlace): boolean {
  return (
    tag === os ||
    tag === arch ||
    tag === 'gc' ||
    tag === 'cgo' ||
    /^go1\.\d+$/.test(tag) ||
    (tag === 'unix' && unixLike.includes(os))
  );
}

/** `a && (b || !c)`; what makes no sense holds, as the Go tool would complain of it anyway. */
export function holds(expression: string, isSet: (tag: string) => boolean): boolean {
  const words = expression.match(/&&|\|\||[!()]|[\w.]+/g) ?? [];
  let at = 0;
  const next = () => words[at++];
  const primary = (): boolean => {
    const word = next();
    if (word === undefined) return true;
    if (word === '!') return !primary();
    if (word !== '(') return isSet(word);
    const inner = either();
    if (words[at] === ')') at += 1;
    return inner;
  };
  const both = (): boolean => {
    let value = primary();
    while (words[at] === '&&') {
      at += 1;
      value = primary() && value;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (words[at] === '||') {
      at += 1;
      value = both() || value;
    }
    return value;
  };
  return either();
}
