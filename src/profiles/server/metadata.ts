/** What is known of a stored profile, as profefe's clients read it; pure. */
import type { StoredLabel, StoredProfile } from '../../model/profile-store.ts';
import { secondsText } from './times.ts';

/** One profile of a list; labels are absent where there are none. */
export interface ProfileMetadata {
  readonly id: string;
  readonly type: string;
  readonly service: string;
  readonly labels?: readonly StoredLabel[];
  /** RFC 3339 in UTC, cut to whole seconds. */
  readonly created_at: string;
}

/** Its metadata in the order in which profefe writes it. */
export function metadataOf({ id, type, service, labels, createdNs }: StoredProfile): ProfileMetadata {
  const shown = labels.map(({ key, value }) => ({ key, value }));
  return { id, type, service, ...(shown.length > 0 ? { labels: shown } : {}), created_at: secondsText(createdNs) };
}
