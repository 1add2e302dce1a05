/** Pieces of GitHub-flavoured Markdown: text of others made harmless, tables, and blocks that fit into a limit. */

/** Text of others on one line, with every character that Markdown or HTML would act on made harmless. */
export function safe(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|#~]/g, '\\$&');
}

/** Lines that belong together; the lines of a list or a table may be left out from the end. */
export interface MarkdownBlock {
  readonly lines: readonly string[];
  /** How many lines must stay: a heading and the head of a table. Without it all must. */
  readonly atLeast?: number;
}

/** The lines of a table; the cells are Markdown already. Columns for which `isText` holds are flush left, the others right. */
export function tableLines(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  isText: (column: number) => boolean,
): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(heads), row(heads.map((_, at) => (isText(at) ? ':---' : '---:'))), ...rows.map(row)];
}

/** The blocks as one text of at most `mostBytes` in UTF-8; where lines had to go, a line says how many, and that `whole` has them. */
export function fitBlocks(blocks: readonly MarkdownBlock[], mostBytes: number, whole: string): string {
  const left = blocks
    .filter(({ lines }) => lines.length > 0)
    .map(({ lines, atLeast = lines.length }) => ({ lines: [...lines], atLeast, cut: 0 }));
  let excess = bytesOf(rendered(left, whole)) - mostBytes;
  for (const block of left.toReversed()) {
    if (excess <= 0 || block.lines.length <= block.atLeast) continue;
    excess += bytesOf(cutText(block.lines.length, whole)) + '\n\n'.length;
    const keeps = block.lines.length;
    while (excess > 0 && block.lines.length > block.atLeast) {
      excess -= bytesOf(block.lines.pop() ?? '') + '\n'.length;
    }
    block.cut = keeps - block.lines.length;
  }
  return rendered(left, whole);
}

/**
 * A text of at most `mostBytes`; where it was longer, its last lines are replaced by one that says so. Undefined when there is no room for
 * any.
 */
export function cutMarkdown(text: string, mostBytes: number): string | undefined {
  if (bytesOf(text) <= mostBytes) return text;
  const lines = text.split('\n');
  const least = bytesOf(cutText(lines.length, 'the report has them all')) + '```\n\n\n\n'.length;
  let bytes = least;
  const kept = lines.findIndex((line) => {
    bytes += bytesOf(line) + '\n'.length;
    return bytes > mostBytes;
  });
  if (least > mostBytes) return undefined;
  const isFenced = lines.slice(0, kept).filter((line) => line.startsWith('```')).length % 2 === 1;
  const shown = isFenced ? [...lines.slice(0, kept), '```'] : lines.slice(0, kept);
  return `${shown.join('\n')}\n\n${cutText(lines.length - kept, 'the report has them all')}\n`;
}

interface CutBlock {
  readonly lines: string[];
  readonly atLeast: number;
  cut: number;
}

function rendered(blocks: readonly CutBlock[], whole: string): string {
  const texts = blocks.map(({ lines, cut }) =>
    cut === 0 ? lines.join('\n') : `${lines.join('\n')}\n\n${cutText(cut, whole)}`,
  );
  return `${texts.join('\n\n')}\n`;
}

function cutText(lines: number, whole: string): string {
  return `*${lines === 1 ? '1 more line is' : `${lines} more lines are`} cut here, because GitHub takes no longer text; ${whole}*`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
