/** Requests for a scenario, whatever they were made of. */

/** Data for the places of a request, a row for each time that it was asked for. */
export interface ImportedFeeder {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One entry of `load.requests`; what is absent is not written. */
export interface ImportedRequest {
  readonly name: string;
  readonly method: string;
  /** Path and query, with places of its feeder in it, and `$${` for a plain `${`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A body that is no text, which goes into a file of its own. */
  readonly bodyBytes?: Buffer;
  readonly weight?: number;
  readonly basicAuth?: { readonly user: string; readonly password: string };
  /** What has to come from outside for it. */
  readonly outside?: readonly OutsideValue[];
  /** What it answered, where that is more than statuses below 400. */
  readonly statuses?: readonly number[];
  readonly feeder?: ImportedFeeder;
  /** What a reader should know of it. */
  readonly notes?: readonly string[];
}

/** A text in which no place is meant. */
export function plain(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** A value that the user gives from outside: what it is called, and what to set. */
export interface OutsideValue {
  /** The variable of the environment. */
  readonly variable: string;
  readonly what: string;
}

/** A variable for what is called so. */
export function outsideValue(name: string, what: string): OutsideValue {
  const variable = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toUpperCase();
  return { variable: variable.replace(/^(?=\d|$)/, 'VALUE_'), what };
}

/** The reference that stands for it in a scenario. */
export function reference({ variable, what }: OutsideValue): string {
  return `\${env.${variable}:?${what.replace(/[}"'\\]/g, '')}}`;
}

const longestName = 60;

/** Gives out names that are each its own, and as long as names may be. */
export function createNames(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    // A name is no template, but what looks like a value from outside would be taken for one.
    const clean = wanted.replace(/\s+/g, ' ').replaceAll('${', '{').trim() || 'request';
    let name = cut(clean, '');
    for (let nth = 2; taken.has(name); nth++) name = cut(clean, ` ${nth}`);
    taken.add(name);
    return name;
  };
}

function cut(text: string, end: string): string {
  return (text.length + end.length <= longestName ? text : text.slice(0, longestName - end.length).trimEnd()) + end;
}

/** The name of a feeder for a request, of letters, digits and dashes. */
export function feederName(requestName: string, taken: Set<string>): string {
  const words = requestName
    .replace(/^[A-Z]+ /, '')
    .replace(/\{\w*\}/g, '')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
  const wanted =
    words
      .slice(-3)
      .join('-')
      .replace(/^[^a-z]+/, '') || 'path';
  let name = wanted;
  for (let nth = 2; taken.has(name); nth++) name = `${wanted}-${nth}`;
  taken.add(name);
  return name;
}
