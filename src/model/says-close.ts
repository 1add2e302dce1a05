/** Whether a request asks for its connection to be closed. */

/** Whether headers have `Connection: close`, whatever else stands in it. */
export function saysClose(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'connection' && /\bclose\b/i.test(value),
  );
}
