/** Which names say that what they name is secret: of variables, headers, parameters and fields. */

const secretWords: ReadonlySet<string> = new Set([
  ...['apikey', 'auth', 'authorization', 'bearer', 'cookie', 'credential', 'credentials', 'key', 'otp', 'pass'],
  ...[
    'passcode',
    'passphrase',
    'passwd',
    'password',
    'passwords',
    'pat',
    'pin',
    'private',
    'pw',
    'pwd',
    'secret',
    'secrets',
  ],
  ...['session', 'sessionid', 'sid', 'sig', 'signature', 'token', 'tokens', 'jwt', 'dsn'],
]);

/** Of words that are written together: `authToken`, `dbpassword`, `MYSQL_ROOTPASSWORD`. */
const secretEnd = /(?:password|passwd|passphrase|secret|token|apikey|credentials?)$/i;

/** Words before `key` that make it a key to data, which anybody may see. */
const openKeys = /^(?:cache|partition|primary|foreign|sort|public|routing|hash|idempotency|row)[_.-]?keys?$/i;

/** Last words of names of what is said about a secret, or of where it is. */
const aboutWords: ReadonlySet<string> = new Set([
  ...['alg', 'algorithm', 'count', 'dir', 'enabled', 'expiry', 'file', 'host', 'length', 'limit', 'name', 'path'],
  ...['port', 'prefix', 'rate', 'size', 'timeout', 'ttl', 'type', 'url'],
]);

/** Whether a name says it so clearly that also a plain word or number under it is one. */
function isPasswordName(name: string): boolean {
  return (
    isSecretName(name) && /pass|pwd|secret|token|credential|authorization|cookie|(?:api|access)[-_.]?key/i.test(name)
  );
}

/** Whether a name has a word such as `token`, `password` or `key` in it, however its words are put together. */
export function isSecretName(name: string): boolean {
  if (openKeys.test(name)) return false;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  if (aboutWords.has(words.at(-1) ?? '')) return false;
  return words.some((word) => secretWords.has(word)) || secretEnd.test(name);
}

const plain = /^(?:[A-Za-z]{0,5}|[-+]?\d{0,5}|[-+]?\d+\.\d+|[-+]?\d+(?:\.\d+)?[a-zA-Zµ%]{1,3})$/;

/** Whether a text is a word or number as they stand in many places, so that it can only be a secret where somebody says so. */
export function isPlain(text: string): boolean {
  return plain.test(text);
}

/** Whether what has a secret's name is a setting by its value: `AUTH: off`, `SESSION_DRIVER: database`, `SORT_KEY: id`. */
export function isNamedSetting(name: string, value: string): boolean {
  const isWord = isPlain(value) || /^[A-Za-z]+(?:[-_][A-Za-z]+)*$/.test(value);
  return isWord && !isPasswordName(name);
}
