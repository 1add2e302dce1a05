/** Ports that are given by flags. */

const greatestPort = 65_535;

/** What is wrong with a port, 0 being any free one; undefined where nothing is, or none is given. */
export function portMistake(flag: string, given: string | number | undefined, example: string): string | undefined {
  if (given === undefined || (/^\d{1,5}$/.test(String(given)) && Number(given) <= greatestPort)) return undefined;
  return `${flag} must be a port from 0 to ${greatestPort}, got ${given} (example: ${example})`;
}
