/** Text for people in the signs that people type: what is piped is searched, cut and compared by programs. */

/** The text with an ASCII minus, and no blank before a percent sign; columns stay where they are. */
export function searchable(text: string): string {
  return text
    .replaceAll('−', '-')
    .replace(/(\d) %(?= {2})/g, '$1% ')
    .replace(/(\d) %/g, '$1%');
}
