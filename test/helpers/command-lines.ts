/** Commands on one line and the words that Compose makes of them; no dollar signs, which would be variables. */
export const commandLines: readonly (readonly [string, readonly string[]])[] = [
  ['serve --addr :8080', ['serve', '--addr', ':8080']],
  ['run "a b" \'c d\' e\\ f', ['run', 'a b', 'c d', 'e f']],
  ['run a="b c"d \'\'', ['run', 'a=b cd', '']],
  ['run "a\\nb" \'c\\nd\' e\\nf', ['run', 'anb', 'c\\nd', 'enf']],
  ['run \'a && b\' "c;d" e\\;f', ['run', 'a && b', 'c;d', 'e;f']],
  ['run a#b # c', ['run', 'a#b', '#', 'c']],
  ['run a && b', ['run', 'a']],
  ['run a; b', ['run', 'a']],
  ['run a|b', ['run', 'a']],
  ['run a2>b', ['run', 'a2']],
  ['run 2>b', ['run']],
  ['run `date +x y` z', ['run', '`date +x y`', 'z']],
  [' run \t a\n b ', ['run', 'a', 'b']],
  ["sh -c 'exec app --x=1'\n", ['sh', '-c', 'exec app --x=1']],
  ['', []],
];
