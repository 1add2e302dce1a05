/** Classes of failures, which a rule can be about: `timeout`, `connect`, `5xx`, `429`; or a kind as it stands among the errors of a result. */

const classes: Readonly<Record<string, RegExp>> = {
  timeout: /\bETIMEDOUT\b/,
  connection: /^(?!(?:expected )?status |body )/,
  connect: /^connect /,
  reset: /\b(?:ECONNRESET|EPIPE)\b|^closed |^h2 (?:reset|goaway) /,
  tls: /^tls /,
  status: /^(?:expected )?status /,
  body: /^body /,
};

/** The names of the classes that are no statuses, in the order in which messages list them. */
export const errorClasses: readonly string[] = Object.keys(classes);

/** What the kinds of failures of a result begin with. */
const kindStarts = /^(?:connect|read|write|tls|socket|closed|h2|status|expected status|body) \S/;

/** Whether a text names a class of failures, a status, statuses (`5xx`), or one kind as results write it. */
export function isErrorClass(text: string): boolean {
  return Object.hasOwn(classes, text) || isStatusClass(text) || kindStarts.test(text);
}

/** Whether a text stands for statuses: `429`, `5xx`. */
export function isStatusClass(text: string): boolean {
  return /^[1-5](?:xx|\d\d)$/.test(text);
}

/** Whether a status is one that a text of statuses stands for. */
export function isStatusOf(status: number, text: string): boolean {
  return text.endsWith('xx') ? Math.floor(status / 100) === Number(text[0]) : status === Number(text);
}

/** Whether a failure of this kind, without the name of its request, is of a class. */
export function isOfClass(kind: string, text: string): boolean {
  if (!isStatusClass(text)) return classes[text]?.test(kind) ?? kind === text;
  const status = /^(?:expected status .*, got|status) (\d{3})$/.exec(kind)?.[1];
  return status !== undefined && isStatusOf(Number(status), text);
}
