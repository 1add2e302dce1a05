// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what is looked for
/** Text for people without what steers a terminal: messages quote what services print, and names that others gave. */

/** Control sequences with all that belongs to them (ECMA-48, 5.4 and 5.6): colours, moves, titles of windows. */
const sequence =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?/gu;

/** The text on its lines, with its tabs, and without control sequences, other controls and what turns the direction of text. */
export function steerless(text: string): string {
  return text.replace(sequence, '').replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '');
}
