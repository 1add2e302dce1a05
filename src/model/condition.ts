/** States of a system that a run waits for and watches: what replicas answer, export or print, and whether they agree. */

/** What a value must be; every part that is given must hold. */
export interface ValueTest {
  readonly equals?: string | number | boolean | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** What is asked of one replica, or, with `agree`, of all together. */
export type Question =
  /** Its HTTP answer: the status (200 where none is given), and what stands at a path of its JSON body, such as `members.length`. */
  | {
      readonly kind: 'http';
      readonly path: string;
      readonly port?: number | undefined;
      readonly status: number;
      readonly json?: string | undefined;
      readonly test: ValueTest;
    }
  /** A sample of its metrics page, such as `raft_is_leader{group="a"}`; of several that match, their sum. */
  | {
      readonly kind: 'metric';
      readonly name: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly test: ValueTest;
    }
  /** A line that it printed since the moment that is measured from; a regular expression. */
  | { readonly kind: 'log'; readonly pattern: string }
  /** At least so many replicas answer (all of them where none is given), and all that answer say the same. */
  | {
      readonly kind: 'agree';
      readonly path: string;
      readonly port?: number | undefined;
      readonly json?: string | undefined;
      readonly members?: number | undefined;
    };

/** A question to the replicas of a service, and how many of those that are there must say yes; `agree` asks all. */
export interface Condition {
  readonly service: string;
  readonly replicas: 'all' | 'any' | number;
  readonly question: Question;
}
