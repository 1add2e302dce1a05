/** What stands behind the keyword of a Dockerfile's instruction, to its parts; pure. */
import { splitRaw } from './dockerfile-words.ts';

const flagPattern = /^--([a-z]+)(?:=("[^"]*"|'[^']*'|\S*))?\s+/;

/** `ENV A=1 B="two words"`, or the old form `ENV A all the rest`. */
export function assignments(rest: string, escapeChar: string): [string, string][] {
  const [first = ''] = splitRaw(rest, escapeChar);
  if (!first.includes('=')) {
    const [, name = '', value = ''] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
    return name === '' ? [] : [[name, value]];
  }
  return splitRaw(rest, escapeChar).flatMap((word): [string, string][] => {
    const equals = word.indexOf('=');
    return equals > 0 ? [[word.slice(0, equals), word.slice(equals + 1)]] : [];
  });
}

/** `["a", "b"]`; undefined when it is no JSON list of texts, which then is a line for the shell. */
export function jsonWords(rest: string): readonly string[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(rest);
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

/** `--name=value` before an instruction's words, and those words. */
export function leadingFlags(rest: string) {
  const found: [string, string][] = [];
  let left = rest;
  for (let match = flagPattern.exec(left); match; match = flagPattern.exec(left)) {
    found.push([match[1] ?? '', (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')]);
    left = left.slice(match[0].length);
  }
  return {
    rest: left,
    flags: {
      get: (name: string) => found.findLast(([key]) => key === name)?.[1],
      all: (name: string) => found.flatMap(([key, value]) => (key === name ? [value] : [])),
    },
  };
}

/** `8080`, `8000-8010/tcp`: the ports of TCP that it names. */
export function portsOf(text: string): number[] {
  const [, first, last = first, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text) ?? [];
  if (first === undefined || protocol !== 'tcp') return [];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
}
