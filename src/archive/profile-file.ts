/** Profiles that were made here, as files that go tool pprof opens. */
import { encodeProfile } from '../goruntime/profile/encode.ts';
import type { PprofProfile } from '../goruntime/profile/types.ts';
import { writeGzipped } from '../host/files.ts';

/** Writes a profile as a `.pb.gz`, with its directories. */
export async function writeProfile(path: string, profile: PprofProfile): Promise<void> {
  await writeGzipped(path, encodeProfile(profile));
}
