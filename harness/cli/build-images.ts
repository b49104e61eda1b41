import { HarnessError } from '../errors.ts';

/** Builds the images of the docker lab without a registry, on a Debian base made by mmdebstrap. Throws SETUP_ERR_FAILED. */
export async function buildImages(_onProgress: (what: string) => void): Promise<void> {
  throw new HarnessError('SETUP_ERR_FAILED', 'expected to build images of Debian packages, got a version of hopscope that cannot');
}
