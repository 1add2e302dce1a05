/** Text with places for data, such as `/users/${user.id}`. */

/** Stands for the feeder of what a flow has extracted, whose places have no other name than that of the value. */
export const ownValues = '';

/** Where a value of a feeder's row goes. */
export interface Place {
  readonly feeder: string;
  readonly column: string;
}

/** Plain text and places in turn. */
export type Template = readonly (string | Place)[];

/** One row of a feeder: values by column. */
export type Row = Readonly<Record<string, string>>;

const grammar = /\$\$\{|\$\{([A-Za-z_][\w-]*)\.([\w-]+)\}/g;
/** With a name alone as well. */
const flowGrammar = /\$\$\{|\$\{(?:([A-Za-z_][\w-]*)\.)?([A-Za-z_][\w-]*|(?<=\.)[\w-]+)\}/g;

/**
 * Takes a text apart; `$${` stands for a plain `${`, and what is not of the form `${feeder.column}`, or in a flow `${value}`, stays as it is.
 */
export function parseTemplate(text: string, isOfFlow = false): Template {
  const pieces: (string | Place)[] = [];
  let plain = '';
  let from = 0;
  for (const match of text.matchAll(isOfFlow ? flowGrammar : grammar)) {
    const [whole, feeder, column] = match;
    plain += text.slice(from, match.index);
    from = match.index + whole.length;
    if (column === undefined) {
      plain += '${';
      continue;
    }
    if (plain !== '') pieces.push(plain);
    pieces.push({ feeder: feeder ?? ownValues, column });
    plain = '';
  }
  plain += text.slice(from);
  if (plain !== '') pieces.push(plain);
  return pieces;
}

/** How a place is written. */
export function writtenPlace({ feeder, column }: Place): string {
  return feeder === ownValues ? `\${${column}}` : `\${${feeder}.${column}}`;
}

/** The places of a template. */
export function placesOf(template: Template): Place[] {
  return template.filter((piece) => typeof piece !== 'string');
}

/** The text with each place filled from its feeder's row, each value through `write`. */
export function fill(template: Template, rowOf: (feeder: string) => Row, write: (value: string) => string): string {
  let text = '';
  for (const piece of template)
    text += typeof piece === 'string' ? piece : write(rowOf(piece.feeder)[piece.column] ?? '');
  return text;
}

/** A text as it can stand in a request target, as curl and Go's client would send it: blanks, `#`, controls and what is not ASCII percent-encoded, the rest as it is. */
export function pathText(value: string): string {
  return value.replace(/[^\x21\x22\x24-\x7e]+/g, (characters) =>
    Array.from(Buffer.from(characters, 'utf8'), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}
