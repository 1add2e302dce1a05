/**
 * Times as programs and log tools write them, wherever in a line: dates, times of day, seconds since 1970 (RFC 3339, 3164, 5322, asctime).
 */

const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}';
const date = [
  '\\d{4}[-/.]\\d\\d?[-/.]\\d\\d?',
  '\\d\\d?[-/]\\d\\d?[-/]\\d{4}',
  '\\d\\d?[-/]\\d\\d?(?:[-/]\\d\\d)?(?=[T ]\\d\\d?:\\d\\d)',
  `\\d\\d?[-/ ]${month}(?:[-/ ]\\d{2,4})?`,
  `${month} {1,2}\\d\\d?(?:,? \\d{4})?(?!\\d|:\\d)`,
  '(?:19|20)\\d{6}(?=[T _-]?\\d\\d:?\\d\\d)',
].join('|');
const zone = '(?: ?(?:Z|UTC|GMT|[-+]\\d\\d:?\\d\\d))';
const timeOfDay = `\\d\\d?:[0-5]\\d(?::[0-5]\\d(?:[.,:]\\d{1,9})?)?(?: ?[AP]M)?${zone}?(?!\\w|:\\d)`;
const compactTime = `\\d{6}(?:[.,]\\d{1,9})?${zone}?(?!\\w)`;
const epoch = '\\d{10}(?:\\.\\d{1,9}|\\d{3}|\\d{6}|\\d{9})?(?!\\w)';

/** The source of an expression for one such time, which begins where a word does. */
export const clockSource = [
  `(?:${weekday},? )?(?:${date})(?:(?:[Tt:,_-]| {1,2}|, )(?:${timeOfDay}|${compactTime}))?(?: \\d{4}(?![\\w:]))?(?!\\w)`,
  timeOfDay,
  epoch,
].join('|');

const whole = new RegExp(`^(?:${clockSource})$`);

/** True for a text that is a time and nothing else. */
export function isClock(text: string): boolean {
  return text.length >= 5 && text.length < 64 && whole.test(text);
}
