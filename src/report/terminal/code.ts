/** What profile rounds say, for a terminal. */
import type { CodeChanges } from '../../model/code-changes.ts';
import { codeRemarks, codeSentence, fewFunctions, functionLines } from '../words/code-words.ts';

/** Lines below a verdict; remarks of profiles that say nothing are part of it. */
export function codeText(code: CodeChanges): string[] {
  return [
    `\n  CODE    ${codeSentence(code)}\n`,
    ...functionLines(code, fewFunctions).map((line, index) => `  ${String(index + 1).padStart(4)}    ${line}\n`),
    ...codeRemarks(code).map((line) => `          ${line}\n`),
  ];
}
