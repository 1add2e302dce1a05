/** What one check of a whole scenario found wrong. */

/** A mistake and the path of the key that it is at. */
export interface CrossMistake {
  readonly path: (string | number)[];
  readonly message: string;
}
