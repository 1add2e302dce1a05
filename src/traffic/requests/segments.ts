/** Which parts of a path name a thing among many, such as `123` in `/users/123`, rather than a kind of thing. */

const forms: readonly RegExp[] = [
  /^-?\d+(?:\.\d+)?$/,
  // With an ending, as in 123.json.
  /^\d+\.[A-Za-z]{1,5}$/,
  // UUID, whole or in braces.
  /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?(?:\.\w{1,5})?$/i,
  // A date.
  /^\d{4}-\d{2}(?:-\d{2})?$/,
  // Hashes and object ids: hexadecimal, with digits and letters.
  /^(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}$/i,
  // Random text such as ULID, base64 or nanoid.
  /^(?=(?:.*\d){2})(?=.*[A-Za-z])[\w=~-]{16,}$/,
  // A number of five digits or more beside words, as in order-123456.
  /\d{5,}/,
  // Addresses, names with a colon such as user:12, coordinates.
  /@|%40/,
  /^[A-Za-z_-]+[:,]\d+$/,
];

/** Whether a part of a path is a value by its looks alone. */
export function isValue(segment: string): boolean {
  return forms.some((form) => form.test(segment));
}

/** What a column of such values is called. */
export function columnFor(values: readonly string[]): string {
  return values.every(isValue) ? 'id' : 'name';
}
