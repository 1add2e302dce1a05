/** Text in columns of a terminal. */

/** The words of a text in lines of at most `width`, unless a word is longer. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Rows of a name and what is said of it; a name too long for its column stands above that. */
export function columnsOf(rows: readonly (readonly [name: string, text: string])[], width: number): string[] {
  const wide = Math.max(0, ...rows.map(([name]) => name.length).filter((length) => length <= mostName));
  const indent = ' '.repeat(wide + 4);
  return rows.flatMap(([name, text]) => {
    const lines = text === '' ? [''] : wrapped(text, width - indent.length);
    const [first = '', ...more] = lines;
    const rest = more.map((line) => indent + line);
    if (name.length > wide) return [`  ${name}`, ...[first, ...more].map((line) => indent + line)];
    return [`  ${name.padEnd(wide)}  ${first}`.trimEnd(), ...rest];
  });
}

const mostName = 26;

/** A command line that is longer than the terminal, broken before flags as a shell goes on with. */
export function brokenCommand(line: string, width: number): string[] {
  const parts = line.split(/ (?=--?[a-zA-Z])/);
  const lines: string[] = [];
  let current = '';
  for (const part of parts) {
    if (current !== '' && current.length + 1 + part.length + 2 > width) {
      lines.push(`${current} \\`);
      current = `  ${part}`;
    } else current = current === '' ? part : `${current} ${part}`;
  }
  return [...lines, current];
}
