/** When something began, by its id. */

/** The local time at the beginning of an id, `20260131-142501-…`, as ISO 8601; undefined where there is none. */
export function startOfId(id: string): string | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\b/.exec(id) ?? [];
  if (year === undefined) return undefined;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
