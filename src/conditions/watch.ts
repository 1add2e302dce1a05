/** Looks at conditions and roles again and again while a topology starts and runs, and tells what changes. */
import type { Condition } from '../model/condition.ts';
import { environmentError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { ConditionChange, RoleChange } from '../model/sample.ts';
import type { LogLine, Target } from '../model/topology.ts';
import { formatDurationMs } from '../model/units.ts';
import { type PageQuestion, type Says, saysOf, toldBy } from './answer.ts';
import { judgeAgreement, judgeEach } from './judge.ts';
import { LineLooks } from './line-looks.ts';
import { PageLooks } from './page-looks.ts';
import { type Page, pageOf } from './pages.ts';

/** What is looked at, by name. */
export interface WatchedConditions {
  readonly conditions: Readonly<Record<string, Condition>>;
  readonly roles: Readonly<Record<string, Condition>>;
}

type Change = ConditionChange | RoleChange;

/** A condition, and what was found at the last look. */
interface Watched {
  readonly name: string;
  readonly condition: Condition;
  /** How its replicas are asked; of a log, what they printed. */
  readonly by: { readonly question: PageQuestion; readonly page: Page } | { readonly lines: LineLooks };
  readonly changes: ConditionChange[];
  last?: Says & { readonly lookUs: number };
}

interface WatchedRole {
  readonly name: string;
  readonly service: string;
  readonly question: Exclude<PageQuestion, { kind: 'agree' }>;
  readonly page: Page;
  last?: string;
}

/** Between two looks: ten times what a look took, so that replicas have little to do for it, within these. */
const leastPauseMs = 50;
const mostPauseMs = 100;
/** How long nobody may have a role when it is wanted: elections take their time. */
const roleMs = 5000;

/** Looks from the first target that it is given until it is closed; see `session/condition-watch.ts`. */
export class Watch {
  private readonly conditions: readonly Watched[];
  private readonly roles: readonly WatchedRole[];
  private readonly pages: PageLooks;
  private readonly closing = new AbortController();
  private readonly onLook = new Set<() => void>();
  private readonly targets = new Map<string, Target>();
  private readonly areStarting = new Set<Target>();
  private readonly clock: Clock;
  private held: Change[] = [];
  private listener: ((change: Change) => void) | undefined;
  private looking: Promise<void> | undefined;

  constructor({ conditions, roles }: WatchedConditions, clock: Clock) {
    this.clock = clock;
    this.conditions = Object.entries(conditions).map(([name, condition]) => watched(name, condition));
    this.roles = Object.entries(roles).flatMap(([name, { service, question }]) =>
      question.kind === 'log' || question.kind === 'agree' ? [] : [{ name, service, question, page: pageOf(question) }],
    );
    const asked = this.conditions.flatMap(({ condition: { service }, by }) =>
      'page' in by ? [{ service, page: by.page }] : [],
    );
    this.pages = new PageLooks([...asked, ...this.roles], clock);
    for (const each of this.conditions) if ('lines' in each.by) this.judge(each, clock.nowUs());
  }

  starting(targets: readonly Target[]): void {
    for (const target of targets) {
      this.targets.set(target.id, target);
      this.areStarting.add(target);
    }
    this.looking ??= this.look();
  }

  standing(targets: readonly Target[]): void {
    for (const target of targets) this.targets.set(target.id, target);
    this.areStarting.clear();
    this.looking ??= this.look();
    this.check(targets);
  }

  line(line: LogLine): void {
    const service = this.targets.get(line.target)?.service;
    for (const each of this.conditions) {
      if (!('lines' in each.by) || each.condition.service !== service || !each.by.lines.take(line)) continue;
      this.judge(each, line.atUs, line.atUs);
    }
  }

  countFrom(atUs: number): void {
    for (const each of this.conditions) {
      if (!('lines' in each.by)) continue;
      // What was done may be told of when it is long done, and lines came since.
      for (const thenUs of [atUs - 1, ...each.by.lines.countFrom(atUs)]) this.judge(each, thenUs, thenUs);
    }
  }

  listen(listener: (change: Change) => void): void {
    this.listener = listener;
    for (const change of this.held.splice(0)) listener(change);
  }

  async allHold(names: readonly string[], withinMs: number, signal: AbortSignal): Promise<void> {
    const own = this.conditions.filter(({ name }) => names.includes(name));
    const late = AbortSignal.timeout(withinMs);
    await this.until(() => own.every(({ last }) => last?.holds), AbortSignal.any([late, signal])).catch((error) => {
      if (signal.aborted) throw signal.reason;
      if (!late.aborted) throw error;
      const missing = own.filter(({ last }) => !last?.holds);
      const whys = missing.map(({ name, last }) => `${name}: ${last?.said ?? 'nobody was there to ask'}`);
      throw environmentError(
        'not-ready',
        [
          `${missing.length} of ${own.length} conditions of topology.ready do not hold after ${formatDurationMs(withinMs)}`,
          ...whys,
        ].join('\n'),
        'give them longer with topology.ready.within, or see the logs of the targets in the run directory',
      );
    });
  }

  async hasCome(condition: string, sinceUs: number, signal: AbortSignal): Promise<void> {
    const own = this.conditions.find(({ name }) => name === condition);
    await this.until(() => own !== undefined && cameAfter(own, sinceUs), signal);
  }

  async whoHas(role: string, signal: AbortSignal): Promise<readonly Target[]> {
    const own = this.roles.find(({ name }) => name === role);
    const untilUs = this.clock.nowUs() + roleMs * 1000;
    for (;;) {
      const asked = own ? await this.askAll(own, signal) : [];
      signal.throwIfAborted();
      const has = asked.filter(({ says }) => says.holds);
      if (has.length > 0) return has.map(({ target }) => target);
      if (this.clock.nowUs() >= untilUs) {
        const whys =
          asked.map(({ target, says }) => `${target.id}: ${says.said}`).join('; ') || 'nobody was there to ask';
        throw environmentError('fault-failed', `nobody was ${role} for ${formatDurationMs(roleMs)}: ${whys}`);
      }
      await this.clock.sleep(mostPauseMs, signal);
    }
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('nobody looks any more'));
    await this.looking;
    await this.pages.close();
    const atUs = this.clock.nowUs();
    for (const { name, last } of this.conditions)
      if (last && !last.holds) this.tell({ kind: 'condition', atUs, beforeUs: atUs, condition: name, ...saidOf(last) });
  }

  private check(targets: readonly Target[]): void {
    const asked = [
      ...this.conditions.map(({ name, condition, by }) => ({
        what: `conditions.${name}`,
        service: condition.service,
        page: 'page' in by ? by.page : undefined,
      })),
      ...this.roles.map(({ name, service, page }) => ({ what: `roles.${name}`, service, page })),
    ];
    const mistakes = asked.flatMap(({ what, service, page }) => {
      const own = targets.filter((target) => target.service === service);
      if (own.length === 0) return [`${what}: there is no target of service ${service}`];
      const whys = own.flatMap((target) => {
        const place = target.isAway ? undefined : page?.urlOf(target);
        return place && 'why' in place ? [`${what}: ${target.id} ${place.why}`] : [];
      });
      return whys.slice(0, 1);
    });
    if (mistakes.length === 0) return;
    const hint = 'A port has to be published; a page of metrics is found by the label rampart.metrics.';
    throw environmentError('target-port', mistakes.join('\n'), hint);
  }

  private async look(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      const startUs = this.clock.nowUs();
      await this.pages.round([...this.targets.values()], (target) => this.isThere(target));
      if (signal.aborted) return;
      const nowUs = this.clock.nowUs();
      for (const each of this.conditions) this.judge(each, nowUs);
      for (const role of this.roles) this.judgeRole(role, nowUs);
      for (const heed of this.onLook) heed();
      const tookMs = (nowUs - startUs) / 1000;
      const pauseMs = Math.min(mostPauseMs, Math.max(leastPauseMs, 10 * tookMs));
      await this.clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  /** `beforeUs` is given where it is known that it was otherwise until then. */
  private judge(each: Watched, atUs: number, beforeUs = each.last?.lookUs): void {
    const found = this.found(each, atUs);
    if (!found) return;
    const isOther = each.last?.holds !== found.holds;
    each.last = found;
    if (!isOther) return;
    const change: ConditionChange = { kind: 'condition', atUs, beforeUs, condition: each.name, ...saidOf(found) };
    each.changes.push(change);
    this.tell(change);
  }

  /** Undefined where a replica that is there was not asked yet: it is not known. */
  private found({ condition, by }: Watched, nowUs: number): (Says & { readonly lookUs: number }) | undefined {
    const there = this.there(condition.service);
    if ('lines' in by) {
      const each = there.map(({ id }) => ({ target: id, says: by.lines.of(id, nowUs) }));
      return { ...judgeEach(condition, each), lookUs: nowUs };
    }
    const { question, page } = by;
    const looked = there.flatMap((target) => {
      const one = this.pages.of(target, page);
      return one ? [{ target: target.id, ...one }] : [];
    });
    if (looked.length < there.length) return undefined;
    const lookUs = Math.min(nowUs, ...looked.map(({ askedUs }) => askedUs));
    if (question.kind === 'agree') {
      const each = looked.map(({ target, answer }) => ({ target, says: toldBy(question, answer) }));
      return { ...judgeAgreement(condition.service, question.members, each), lookUs };
    }
    const each = looked.map(({ target, answer }) => ({ target, says: saysOf(question, answer) }));
    return { ...judgeEach(condition, each), lookUs };
  }

  private judgeRole(role: WatchedRole, atUs: number): void {
    const looked = this.there(role.service).map((target) => ({ id: target.id, one: this.pages.of(target, role.page) }));
    if (looked.some(({ one }) => one === undefined)) return;
    const targets = looked.filter(({ one }) => one && saysOf(role.question, one.answer).holds).map(({ id }) => id);
    const key = targets.join('\n');
    if (key === role.last) return;
    role.last = key;
    this.tell({ kind: 'role', atUs, role: role.name, targets });
  }

  private async askAll({ service, question, page }: WatchedRole, signal: AbortSignal) {
    return await Promise.all(
      this.there(service).map(async (target) => ({
        target,
        says: saysOf(question, await this.pages.ask(target, page, signal)),
      })),
    );
  }

  private there(service: string): Target[] {
    return [...this.targets.values()].filter((target) => target.service === service && this.isThere(target));
  }

  private isThere(target: Target): boolean {
    return !target.isAway || this.areStarting.has(target);
  }

  private tell(change: Change): void {
    if (this.listener) this.listener(change);
    else this.held.push(change);
  }

  /** Resolves at the first look after which it is so. */
  private until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    const over = AbortSignal.any([signal, this.closing.signal]);
    return new Promise((resolve, reject) => {
      const heed = () => {
        if (!over.aborted && !isSo()) return;
        this.onLook.delete(heed);
        over.removeEventListener('abort', heed);
        if (over.aborted) reject(over.reason);
        else resolve();
      };
      this.onLook.add(heed);
      over.addEventListener('abort', heed);
      heed();
    });
  }
}

function watched(name: string, condition: Condition): Watched {
  const { question } = condition;
  const by =
    question.kind === 'log' ? { lines: new LineLooks(question.pattern) } : { question, page: pageOf(question) };
  return { name, condition, by, changes: [] };
}

function saidOf({ holds, said }: Says) {
  return { holds, said };
}

/** Whether it holds, and did not at some time since then. */
function cameAfter({ changes, last }: Watched, sinceUs: number): boolean {
  if (!last?.holds) return false;
  const before = changes.findLast(({ atUs }) => atUs <= sinceUs);
  return before?.holds !== true || changes.some(({ atUs, holds }) => atUs > sinceUs && !holds);
}
