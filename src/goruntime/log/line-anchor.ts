/** Where in a line, behind whatever carried it, a line of the runtime begins that can be read whole. */
import { parseGoroutineHeader } from '../goroutines/header.ts';
import { grammars, kindOf } from '../lines/kinds.ts';

/** What such lines begin with. */
const mark =
  /SCHED \d|gc \d{1,15} @|gc\d{1,15}\(\d|(?:forced )?scvg\d*: |scav \d|pacer: |init \S{1,200} @|goroutine \d{1,18} (?:gp=|m=|mp=|\[)/g;
/** A line that holds more marks than this is not worth a look at all of them. */
const maxMarks = 16;
/** No line of the runtime begins behind a longer prefix. */
const maxPrefix = 4096;

/** Where the first mark of a line of the runtime stands, whole or not; -1 when nowhere. */
export function markIn(text: string, from = 0): number {
  mark.lastIndex = from;
  return mark.exec(text)?.index ?? -1;
}

/** Where a whole line of the runtime begins that ends with the text; -1 when nowhere. */
export function anchorIn(text: string): number {
  mark.lastIndex = 0;
  for (let marks = 0; marks < maxMarks; marks += 1) {
    const match = mark.exec(text);
    if (!match || match.index > maxPrefix) return -1;
    if (isWhole(text, match.index, match[0])) return match.index;
    mark.lastIndex = match.index + 1;
  }
  return -1;
}

function isWhole(text: string, at: number, found: string): boolean {
  if (found.startsWith('goroutine ')) return parseGoroutineHeader(text, at) !== undefined;
  return grammars[kindOf(found)].parse(text, at) !== undefined;
}

/** Where a line may begin that says why a dump follows, behind whatever carried it; -1 when nowhere. */
export function causeIn(text: string): number {
  return text.search(/(?:panic|fatal error|SIG[A-Z0-9]{2,12}): /);
}
