/** The page of what there is. */
import { groupBy } from '../../model/group-by.ts';
import type { StoredLabel, StoredProfile } from '../../model/profile-store.ts';
import type { FilterTexts } from '../../report/html/profiles/filter.ts';
import {
  type LabelGroup,
  type ListedProfile,
  listingPage,
  type ProfileGroup,
} from '../../report/html/profiles/listing.ts';
import type { Ask } from './ask.ts';
import { askedTexts, isDrawn, type PageMaking } from './page-asks.ts';
import { linkTo, withLabel } from './page-links.ts';
import { readLooseSelection } from './selection.ts';
import { parameterTime, secondsText } from './times.ts';

const mostListed = 200;
const mostValues = 24;
const mostGroups = 500;

/** GET /. */
export async function listing({ parameters, backend: { source } }: Ask, { tool, texts }: PageMaking): Promise<string> {
  const asked = askedTexts(parameters);
  const { labels = [], ...query } = readLooseSelection(parameters);
  const found = await source.find({ ...query, labels });
  const groups = [...groupBy(found, ({ service, type }) => JSON.stringify([service, type])).values()];
  const sorted = groups.map((group) => groupOf(group, asked)).toSorted(byName);
  const all = { tool, asked, total: found.length };
  return listingPage(
    {
      ...all,
      services: await source.services(),
      types: [...new Set(found.map(({ type }) => type))].sort(),
      groups: sorted.slice(0, mostGroups),
      labels: labelGroups(found, asked, labels),
      profiles: found
        .slice(-mostListed)
        .toReversed()
        .map((profile) => listed(profile, asked, labels)),
    },
    texts,
  );
}

function byName(a: ProfileGroup, b: ProfileGroup): number {
  const [one, other] = [`${a.service}\n${a.type}`, `${b.service}\n${b.type}`];
  return one < other ? -1 : Number(one > other);
}

/** All of one service and type, oldest first. */
function groupOf(profiles: readonly StoredProfile[], asked: FilterTexts): ProfileGroup {
  const [first, last] = [profiles[0], profiles.at(-1)];
  const { service = '', type = 'other' } = first ?? {};
  const [from, to] = [first?.createdNs ?? 0n, last?.createdNs ?? 0n];
  const window = { service, type, labels: asked.labels, from: parameterTime(from), to: parameterTime(to) };
  const drawn = isDrawn(type);
  return {
    service,
    type,
    count: profiles.length,
    first: shownTime(from),
    last: shownTime(to),
    bytes: profiles.reduce((sum, { bytes }) => sum + bytes, 0),
    only: linkTo('/', { ...asked, service, type }),
    flame: drawn ? linkTo('/flame', window) : undefined,
    file: drawn ? linkTo('/api/0/profiles/merge', window) : undefined,
  };
}

function shownTime(ns: bigint): string {
  return secondsText(ns).replace('T', ' ').slice(0, -1);
}

/** Keys with their values; those that every profile has in common come last. */
function labelGroups(
  profiles: readonly StoredProfile[],
  asked: FilterTexts,
  chosen: readonly StoredLabel[],
): LabelGroup[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { labels } of profiles)
    for (const { key, value } of labels) {
      const values = counts.get(key) ?? new Map<string, number>();
      counts.set(key, values.set(value, (values.get(value) ?? 0) + 1));
    }
  const kinds = new Set(profiles.map(({ service, type }) => JSON.stringify([service, type])));
  const window = kinds.size === 1 ? groupWindow(profiles) : undefined;
  const groups = [...counts].map(([key, values]): LabelGroup => {
    const sorted = [...values].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    const [first, last] = [sorted[0]?.[0] ?? '', sorted.at(-1)?.[0] ?? ''];
    return {
      key,
      values: sorted.slice(0, mostValues).map(([value, count]) => ({
        text: value === '' ? '(empty)' : value,
        href: linkTo('/', { ...asked, labels: withLabel(chosen, key, value) }),
        count,
      })),
      more: Math.max(0, sorted.length - mostValues),
      difference:
        window && sorted.length > 1
          ? {
              text: `${first} → ${last}`,
              href: linkTo('/difference', {
                ...window,
                labels: withLabel(chosen, key, last),
                base_labels: withLabel(chosen, key, first),
              }),
            }
          : undefined,
    };
  });
  const isShared = ({ values }: LabelGroup) => values.length === 1 && values[0]?.count === profiles.length;
  return groups.toSorted((a, b) => Number(isShared(a)) - Number(isShared(b)) || (a.key < b.key ? -1 : 1));
}

/** The window of profiles of one service and type; undefined where they are not put together. */
function groupWindow(profiles: readonly StoredProfile[]): Record<string, string> | undefined {
  const [first, last] = [profiles[0], profiles.at(-1)];
  if (!first || !last || !isDrawn(first.type)) return undefined;
  const { service, type } = first;
  return { service, type, from: parameterTime(first.createdNs), to: parameterTime(last.createdNs) };
}

function listed(profile: StoredProfile, asked: FilterTexts, chosen: readonly StoredLabel[]): ListedProfile {
  const { id, service, type, labels, createdNs, bytes } = profile;
  return {
    id,
    at: shownTime(createdNs),
    service,
    type,
    labels: labels.map(({ key, value }) => ({
      text: `${key}=${value}`,
      href: linkTo('/', { ...asked, labels: withLabel(chosen, key, value) }),
    })),
    bytes,
    file: `/api/0/profiles/${id}`,
    flame: isDrawn(type) ? linkTo('/flame', { id }) : undefined,
  };
}
