/** A step in a sentence. */

/** Its name, with the word before it unless it begins with that: `step high`, `step 3`. */
export function stepText({ name }: { readonly name: string }): string {
  return /^step\b/i.test(name) ? name : `step ${name}`;
}
