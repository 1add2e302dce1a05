/** What a file is, by how it begins. */
import type { ImportKind } from './flags.ts';

/** So much of a file is looked at. */
export const headBytes = 64 * 1024;

/** A HAR file, an API description, or else a log. */
export function recognise(head: string): Extract<ImportKind, 'log' | 'har' | 'openapi'> {
  if (/^\s*[{[]/.test(head)) {
    if (/"log"\s*:\s*\{/.test(head) && /"(?:entries|creator|version|browser|pages)"\s*:/.test(head)) return 'har';
    return /"(?:openapi|swagger)"\s*:\s*"[23]/.test(head) ? 'openapi' : 'log';
  }
  return /^["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]/m.test(head) ? 'openapi' : 'log';
}
