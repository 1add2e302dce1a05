/** Failures of the profile functions as people are told of them. */
import { ProfileError } from '../../goruntime/profile/types.ts';
import { usageError } from '../../model/errors.ts';

/** What `make` gives; a ProfileError of it is a usage error. */
export function toldProfileErrors<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    throw usageError(
      'nothing-to-merge',
      error.message,
      'Choose profiles of one kind with --type, --service or --label, and a column that they have with --sample.',
    );
  }
}
