/** Whether a condition holds, by what the replicas that are there say; pure. */
import type { Condition } from '../model/condition.ts';
import type { Says, Told } from './answer.ts';

/** What one replica said. */
export interface OneOf<Said> {
  readonly target: string;
  readonly says: Said;
}

/** What people are told may be this long. */
const saidChars = 300;

/** As many as are wanted must say yes. */
export function judgeEach({ service, replicas }: Condition, each: readonly OneOf<Says>[]): Says {
  if (each.length === 0) return nobody(service);
  const yes = each.filter(({ says }) => says.holds);
  const wanted = replicas === 'all' ? each.length : replicas === 'any' ? 1 : replicas;
  const holds = yes.length >= wanted;
  const told = holds || yes.length === each.length ? sentence(yes) : sentence(each.filter(({ says }) => !says.holds));
  if (holds || (each.length === 1 && wanted === 1)) return { holds, said: told };
  return { holds, said: cut(`${yes.length} of ${wanted} replicas; ${told}`) };
}

/** All that answer must say the same, and as many as are wanted must answer. */
export function judgeAgreement(service: string, members: number | undefined, each: readonly OneOf<Told>[]): Says {
  if (each.length === 0) return nobody(service);
  const answered = each.filter(({ says }) => says.told !== undefined);
  const silent = each.filter(({ says }) => says.told === undefined);
  const values = groupSizes(answered.map(({ says }) => says.told ?? ''));
  const wanted = members ?? each.length;
  if (values.length > 1) return { holds: false, said: cut(differing(answered, values[0] ?? '')) };
  if (answered.length >= wanted) return { holds: true, said: cut(`${answered.length} say ${answered[0]?.says.said}`) };
  const missing = silent.length > 0 ? `; ${sentence(silent)}` : '';
  return { holds: false, said: cut(`${answered.length} of ${wanted} replicas answer${missing}`) };
}

/** The values, the most frequent first. */
function groupSizes(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((one, other) => other[1] - one[1]).map(([value]) => value);
}

/** `node-2 says leader="b", others leader="a"`. */
function differing(answered: readonly OneOf<Told>[], common: string): string {
  const others = answered.filter(({ says }) => says.told === common);
  const own = answered.filter(({ says }) => says.told !== common);
  const name = others.length === 1 ? `${others[0]?.target}` : 'others';
  return [...own.map(({ target, says }) => `${target} says ${says.said}`), `${name} ${others[0]?.says.said}`].join(
    ', ',
  );
}

/** Replicas that say the same in one breath. */
function sentence(each: readonly OneOf<{ readonly said: string }>[]): string {
  const bySaid = new Map<string, string[]>();
  for (const { target, says } of each) bySaid.set(says.said, [...(bySaid.get(says.said) ?? []), target]);
  return cut([...bySaid].map(([said, targets]) => `${targets.join(', ')}: ${said}`).join('; '));
}

function nobody(service: string): Says {
  return { holds: false, said: `no replica of ${service} is there` };
}

function cut(text: string): string {
  return text.length > saidChars ? `${text.slice(0, saidChars)}…` : text;
}
