/** The goroutines of one moment, for a terminal: by state, what can be judged, and the largest groups. */
import type { Snapshot } from '../../../model/inspected-goroutines.ts';
import type { Judgement } from '../../../model/inspected-input.ts';
import { formatCount } from '../../../model/units.ts';
import { pathText, placeText, siteText } from '../../words/inspect-text.ts';
import { counted } from '../../words/number-format.ts';
import { severityTones, signs } from '../../words/state-words.ts';
import { cut, type Paint, wrap } from '../text.ts';

const groupsShown = 15;
const framesShown = 5;

/** The lines of a snapshot. */
export function goroutineLines(snapshot: Snapshot, paint: Paint, room: number): string[] {
  const { name, cause, place, total, ofTheLook, withoutStack = 0, byReason, groups, judgements } = snapshot;
  const seen = ofTheLook > 0 ? [`${formatCount(ofTheLook)} of the look itself left out`] : [];
  const unread = withoutStack > 0 ? [`${formatCount(withoutStack)} more without a readable stack`] : [];
  const about = [
    counted(total, 'goroutine'),
    ...unread,
    ...seen,
    counted(groups.length, 'group'),
    ...(place ? [placeText(place)] : []),
  ];
  const states = byReason.map(({ reason, count }) => `${formatCount(count)} ${reason}`).join(', ');
  return [
    `${paint('bold', name)}  ${cut(about.join(', '), room - name.length - 2)}`,
    ...(cause === undefined ? [] : wrap(cause, room, '  ').map((line) => paint('warn', line))),
    ...wrap(states, room, '  '),
    ...judgements.flatMap((judgement) => judgementLines(judgement, paint, room)),
    ...groups.slice(0, groupsShown).flatMap((group) => {
      const { count, reason, longestWaitMinutes, createdBy = [] } = group;
      const path = pathText(group, framesShown);
      const waited = longestWaitMinutes === undefined ? '' : `, up to ${longestWaitMinutes} min`;
      const by = createdBy.length > 0 ? `, started by ${createdBy.join(', ')}` : '';
      return [
        cut(`${formatCount(count).padStart(7)}  ${siteText(group)}  (${reason}${waited}${by})`, room),
        ...(path.includes(' < ') ? [paint('dim', cut(`         ${path}`, room))] : []),
      ];
    }),
    ...(groups.length > groupsShown
      ? [
          paint(
            'dim',
            `         and ${formatCount(groups.length - groupsShown)} more groups: see --json or --format html`,
          ),
        ]
      : []),
  ];
}

/** A judgement with how sure it is, and what it rests on. */
export function judgementLines(judgement: Judgement, paint: Paint, room: number): string[] {
  const { severity, certainty, title, evidence } = judgement;
  const tone = severityTones[severity];
  const [first = '', ...rest] = wrap(`${signs[tone]} ${certainty}: ${title}`, room, '');
  return [
    paint(tone, first),
    ...rest.map((line) => paint(tone, `  ${line}`)),
    ...evidence.flatMap((line) => wrap(line, room, '    ')),
  ];
}
