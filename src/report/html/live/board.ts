/** What the live page says in words: state, numbers of the moment, errors, events. A closed function. */
import type { LiveStep } from '../../../model/live.ts';
import type { El, MakeElement } from '../client/browser.ts';
import type { LiveStore } from './store.ts';

/** Brings the words up to date. */
export type ShowWords = (store: LiveStore) => void;

/** Fills the places of the page. */
export function createLiveBoard(
  make: MakeElement,
  byId: (id: string) => El,
  number: (value: number | null | undefined) => string,
  showSteps: (steps: readonly LiveStep[]) => void,
): ShowWords {
  /** A text that is set only when it is another: screen readers tell what was set. */
  const say = (id: string, text: string) => {
    const place = byId(id);
    if (place.textContent !== text) place.textContent = text;
  };
  const latency = (us: number | undefined) => (us === undefined ? '–' : `${number(us / 1000)} ms`);
  const duration = (seconds: number) => {
    const whole = Math.round(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
  };

  const showState = ({ now, steps, faults }: LiveStore) => {
    if (!now) return;
    const step = now.step === undefined ? undefined : steps[now.step];
    const running = step?.state === 'running' ? `step ${step.name}, ${step.index + 1} of ${steps.length}` : now.phase;
    const inForce = faults.filter(({ toS }) => toS === undefined).map(({ name }) => name);
    say('live-word', now.isStopping ? 'Stopping' : 'Running');
    say(
      'live-sentence',
      now.isStopping
        ? `${running}; everything is taken down and what was measured is kept`
        : `${running}${inForce.length > 0 ? `; in force: ${inForce.join(', ')}` : ''}`,
    );
    const left = now.leftS === undefined ? '' : `, ${duration(now.leftS)} left`;
    say('live-time', `${duration(now.atS)} since the start${left}`);
  };

  const showNumbers = ({ now }: LiveStore) => {
    say('live-planned', number(now?.plannedRps));
    say('live-answered', number(now?.completedRps));
    say('live-p99', latency(now?.p99Us));
    say('live-p50', `p50 ${latency(now?.p50Us)}; of the last three seconds, without what is still under way`);
    say('live-in-flight', number(now?.inFlight));
    say('live-lost', number(now?.lost));
  };

  const showList = (id: string, texts: readonly string[], none: string) => {
    const list = byId(id);
    const key = JSON.stringify(texts);
    if (list.dataset['shown'] === key) return;
    list.dataset['shown'] = key;
    list.replaceChildren(...(texts.length > 0 ? texts : [none]).map((text) => make('li', {}, text)));
  };

  return (store) => {
    showState(store);
    showNumbers(store);
    showSteps(store.steps);
    const told = (kind: string) =>
      store.news
        .filter((one) => one.kind === kind)
        .map(({ atS, text }) => `${number(atS)} s: ${text}`)
        .toReversed();
    const undrawn = store.undrawn > 0 ? [`${store.undrawn} series are not drawn here; the report has them`] : [];
    showList(
      'live-errors',
      store.errors.map(([kind, count]) => `${number(count)} × ${kind}`),
      'none so far',
    );
    showList('live-events', told('event'), 'none so far');
    showList('live-warnings', [...undrawn, ...told('warning')], 'none so far');
  };
}
