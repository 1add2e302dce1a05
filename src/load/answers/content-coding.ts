/** Content codings of answers by name, as they are counted (RFC 9110, 8.4.1). */

const known = ['gzip', 'br', 'deflate', 'zstd'];

/** How a body is counted whose Content-Encoding has this value, on top of what a field before it said; undefined where it is not encoded. */
export function codingNamed(value: string, before?: string): string | undefined {
  const codings = value
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim().replace(/^x-/, ''))
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (before !== undefined) return codings.length > 0 ? other : before;
  const [only, ...others] = codings;
  if (only === undefined) return undefined;
  return others.length === 0 && known.includes(only) ? only : other;
}

const other = 'other';
