/** Text of a Dockerfile to its instructions, each in one piece: continued lines, comments between them, here-documents; pure. */

/** One instruction as written: `RUN`, what follows it on its (joined) line, and the bodies of its here-documents. */
export interface DockerfileLine {
  /** From 1. */
  readonly line: number;
  /** In capitals. */
  readonly keyword: string;
  readonly rest: string;
  readonly heredocs: readonly string[];
}

/** All instructions, and the character that escapes and continues: a backslash unless a directive at the top says otherwise. */
export interface DockerfileLines {
  readonly escapeChar: string;
  readonly lines: readonly DockerfileLine[];
}

/** https://docs.docker.com/reference/dockerfile/#here-documents: only these take them. */
const withHeredocs = ['RUN', 'COPY', 'ADD'];

/** Reads the text; what is no instruction is given as it stands, for the reader of instructions to refuse. */
export function dockerfileLines(text: string): DockerfileLines {
  const raw = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escapeChar = escapeDirective(raw);
  const lines: DockerfileLine[] = [];
  for (let at = 0; at < raw.length; ) {
    const start = at;
    const joined = joinContinued(raw, start, escapeChar);
    at = joined.next;
    const [, keyword, rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(joined.text) ?? [];
    if (keyword === undefined || keyword.startsWith('#')) continue;
    const name = keyword.toUpperCase();
    const bodies = withHeredocs.includes(name) ? readHeredocs(raw, at, rest) : { heredocs: [], next: at };
    at = bodies.next;
    lines.push({ line: start + 1, keyword: name, rest: rest.trim(), heredocs: bodies.heredocs });
  }
  return { escapeChar, lines };
}

/** Directives stand before everything else, comments included. */
function escapeDirective(raw: readonly string[]): string {
  for (const line of raw) {
    const [, name, value] = /^\s*#\s*([a-z]+)\s*=\s*(\S+)\s*$/i.exec(line) ?? [];
    if (name === undefined) return '\\';
    if (name.toLowerCase() === 'escape') return value === '`' ? '`' : '\\';
  }
  return '\\';
}

/** The line at `start` with all that continue it; comments and empty lines between them are left out. */
function joinContinued(raw: readonly string[], start: number, escapeChar: string): { text: string; next: number } {
  const ending = escapeChar === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
  let text = '';
  let at = start;
  while (at < raw.length) {
    const line = raw[at] ?? '';
    at += 1;
    if (/^\s*#/.test(line) || (text !== '' && line.trim() === '')) {
      if (text === '') return { text: '', next: at };
      continue;
    }
    if (!ending.test(line)) return { text: text + line, next: at };
    text += line.replace(ending, '');
  }
  return { text, next: at };
}

function readHeredocs(raw: readonly string[], start: number, rest: string): { heredocs: string[]; next: number } {
  let next = start;
  const heredocs = [...rest.matchAll(/(?<![<\w])<<(-?)(["']?)([A-Za-z_]\w*)\2/g)].map(([, dash, , name]) => {
    const body: string[] = [];
    while (next < raw.length) {
      const line = dash ? (raw[next] ?? '').replace(/^\t+/, '') : (raw[next] ?? '');
      next += 1;
      if (line === name) break;
      body.push(line);
    }
    return body.join('\n');
  });
  return { heredocs, next };
}
