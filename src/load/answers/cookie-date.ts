/** Dates as cookies have them, in all their forms (RFC 6265, 5.1.1). */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const delimiters = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

/** Milliseconds since 1970 of a cookie's date; undefined when it is none. */
export function cookieDateMs(text: string): number | undefined {
  let time: RegExpExecArray | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const token of text.split(delimiters)) {
    const clock = time ? null : /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(token);
    const monthAt = months.indexOf(token.slice(0, 3).toLowerCase());
    if (clock) time = clock;
    else if (day === undefined && /^\d{1,2}(?:\D|$)/.test(token)) day = Number.parseInt(token, 10);
    else if (month === undefined && monthAt >= 0) month = monthAt;
    else if (year === undefined && /^\d{2,4}(?:\D|$)/.test(token)) year = wholeYear(Number.parseInt(token, 10));
  }
  if (!time || day === undefined || month === undefined || year === undefined) return undefined;
  const [hour = 0, minute = 0, second = 0] = time.slice(1).map(Number);
  if (day < 1 || year < 1601 || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Date.UTC(year, month, day, hour, minute, second);
  return new Date(ms).getUTCDate() === day ? ms : undefined;
}

function wholeYear(year: number): number {
  if (year >= 70 && year <= 99) return year + 1900;
  return year <= 69 ? year + 2000 : year;
}
