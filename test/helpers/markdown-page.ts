/** A page of the documentation as tests look at it: headings, links, code, tables. Reads the Markdown that README and docs/ are written in. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The root of the repository. */
export const root = join(import.meta.dirname, '..', '..');

/** A stretch of a page that is of one kind, with the number of its first line. */
export interface Block {
  readonly kind: 'heading' | 'code' | 'table' | 'text';
  /** Of code: what follows its opening fence. */
  readonly language: string;
  readonly line: number;
  readonly lines: readonly string[];
}

/** A page by its path from the root. */
export interface Page {
  readonly file: string;
  readonly blocks: readonly Block[];
}

/** README and every page under docs/. */
export function readPages(): Page[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const files = docs.filter((file) => file.endsWith('.md')).map((file) => join('docs', file));
  return ['README.md', ...files.sort()].map((file) => readPage(file, readFileSync(join(root, file), 'utf8')));
}

/** The blocks of a text; a table is what begins with `|`, a paragraph or list is one text up to the next blank line. */
export function readPage(file: string, text: string): Page {
  const blocks: { kind: Block['kind']; language: string; line: number; lines: string[] }[] = [];
  let open = false;
  let fence: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const last = blocks.at(-1);
    if (fence !== undefined) {
      if (line.startsWith(fence)) fence = undefined;
      else last?.lines.push(line);
      continue;
    }
    const opening = /^(`{3,})(.*)$/.exec(line);
    const kind = opening ? 'code' : kindOf(line);
    if (kind === undefined) open = false;
    else if (open && kind === last?.kind && kind !== 'heading') last.lines.push(line);
    else blocks.push({ kind, language: opening?.[2] ?? '', line: index + 1, lines: opening ? [] : [line] });
    fence = opening?.[1];
    open = kind !== undefined && kind !== 'code';
  }
  return { file: relative(root, join(root, file)).split(sep).join('/'), blocks };
}

function kindOf(line: string): 'heading' | 'table' | 'text' | undefined {
  if (line.trim() === '') return undefined;
  if (/^#{1,6} /.test(line)) return 'heading';
  return line.startsWith('|') ? 'table' : 'text';
}

/** The anchors of a page as GitHub makes them of its headings; of equal ones the later ones are numbered. */
export function anchorsOf({ blocks }: Page): string[] {
  const used = new Map<string, number>();
  return blocks
    .filter(({ kind }) => kind === 'heading')
    .map(({ lines: [line = ''] }) => {
      const anchor = line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-');
      const before = used.get(anchor) ?? 0;
      used.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    });
}

/** Every target of a link or picture outside of code. */
export function linksOf({ blocks }: Page): string[] {
  return proseOf(blocks).flatMap((text) =>
    [...text.replaceAll(/`[^`]*`/g, '``').matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target),
  );
}

/** Every piece of code within text and tables. */
export function inlineCodeOf({ blocks }: Page): string[] {
  return proseOf(blocks).flatMap((text) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

function proseOf(blocks: readonly Block[]): string[] {
  return blocks.filter(({ kind }) => kind !== 'code').map(({ lines }) => lines.map((line) => line.trim()).join(' '));
}

/** The cells of a table, row by row, without the line below its head. */
export function cellsOf({ lines }: Block): string[][] {
  return lines
    .filter((_, index) => index !== 1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
