/** The positional arguments that a command takes, from how it writes them: `<action> <directory>`, `[files..]`. */

/** One of them. */
export interface Positional {
  readonly name: string;
  readonly isRequired: boolean;
  /** It takes all that are left. */
  readonly isMany: boolean;
}

/** They in their order. */
export function positionalsOf(text: string): readonly Positional[] {
  return [...text.matchAll(/([<[])([\w-]+)(\.\.)?[\]>]/g)].map(([, bracket, name = '', many]) => ({
    name,
    isRequired: bracket === '<',
    isMany: many !== undefined,
  }));
}
