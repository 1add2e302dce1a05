/** The lines of a Go stack trace to frames (source of the format: runtime/traceback.go, traceback2 and printcreatedby1). */

/** One function on a stack. */
export interface StackFrame {
  /** With its package and without its arguments, such as `main.(*Server).handle`. */
  readonly function: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** True for a function that the compiler put into its caller; its arguments are not known. */
  readonly inlined: boolean;
}

/** Who started a goroutine; the goroutine since Go 1.21. */
export interface CreatedBy {
  readonly function: string;
  readonly goroutine: number | undefined;
}

/** The name and the arguments in the first line of a frame; undefined when the line is none. */
export function parseCall(text: string): { name: string; inlined: boolean } | undefined {
  if (text.charCodeAt(text.length - 1) !== 41) {
    const foreign = text === 'non-Go function' || /^non-Go function at pc=\w{1,18}$/.test(text);
    return foreign ? { name: 'non-Go function', inlined: false } : undefined;
  }
  const open = text.lastIndexOf('(');
  if (open <= 0) return undefined;
  const name = text.slice(0, open);
  // A function's name has no blanks, which tells its line from most of what programs print.
  if (name.includes(' ') || name.includes('\t')) return undefined;
  return { name, inlined: text.length - open === 5 && text.endsWith('(...)') };
}

/** The file and line in the second line of a frame; undefined when the line is none. */
export function parsePlace(text: string): { file: string; line: number } | undefined {
  let end = endOfPlace(text);
  const blank = end;
  let line = 0;
  for (let digit = text.charCodeAt(end - 1) - 48; digit >= 0 && digit <= 9; digit = text.charCodeAt(end - 1) - 48) {
    line += digit * 10 ** (blank - end);
    end -= 1;
  }
  if (text[end - 1] !== ':' || end === blank || blank - end > 9) return undefined;
  const file = text.slice(0, end - 1).trimStart();
  return file === '' ? undefined : { file, line };
}

/** Where the offset in the function and the registers begin, without an expression that a line of blanks makes slow. */
function endOfPlace(text: string): number {
  for (const mark of [' +0x', ' fp=', ' pc=']) {
    const at = text.indexOf(mark);
    if (at >= 0) return at;
  }
  return text.trimEnd().length;
}

/** What a line `created by F in goroutine N` says; undefined when the line is none. */
export function parseCreatedBy(text: string): CreatedBy | undefined {
  const match = /^created by (\S{1,4000})(?: in goroutine (\d{1,18}))?\s*$/.exec(text);
  if (!match) return undefined;
  return { function: match[1] ?? '', goroutine: match[2] === undefined ? undefined : Number(match[2]) };
}
