// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Templates and what Compose makes of them, shared by the unit test and the test that asks Docker Compose itself. */

/** The variables that the table assumes; NONE is not set. */
export const interpolationVariables: Readonly<Record<string, string>> = {
  SET: 'value',
  EMPTY: '',
  _x1: 'under',
  A: 'a',
};

/** Template and value. */
export const interpolationTable: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['$SET', 'value'],
  ['${SET}', 'value'],
  ['<$SET.$A>', '<value.a>'],
  ['$_x1/${_x1}', 'under/under'],
  ['$NONE|${NONE}|$EMPTY', '||'],
  ['${SET:-d}', 'value'],
  ['${NONE:-d}', 'd'],
  ['${EMPTY:-d}', 'd'],
  ['${EMPTY-d}', ''],
  ['${NONE-d}', 'd'],
  ['${NONE:-}', ''],
  ['${NONE:-a:b-c?d+e}', 'a:b-c?d+e'],
  ['${SET:?why}', 'value'],
  ['${EMPTY?why}', ''],
  ['${SET:+alt}', 'alt'],
  ['${EMPTY:+alt}', ''],
  ['${EMPTY+alt}', 'alt'],
  ['${NONE+alt}', ''],
  ['${NONE:-${SET}}', 'value'],
  ['${NONE:-${EMPTY:-${A}}}x', 'ax'],
  ['${NONE:-http://$SET:8080/}', 'http://value:8080/'],
  ['${SET:+<${A}>}', '<a>'],
  ['$$SET', '$SET'],
  ['$${SET}', '${SET}'],
  ['$$$SET', '$value'],
  ['a$$', 'a$'],
  ['cost: $5, a $ and a$', 'cost: $5, a $ and a$'],
  ['$$$', '$$'],
  ['${NONE:-0.0.0.0}:8080', '0.0.0.0:8080'],
  ['{ "json": 1 }', '{ "json": 1 }'],
];
