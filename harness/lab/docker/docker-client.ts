import { getContainerRuntimeClient } from 'testcontainers';
import { HarnessError } from '../../errors.ts';

/** testcontainers' client and, below it, dockerode: the second where the first has no option for what a lab needs. */
export type Client = Awaited<ReturnType<typeof getContainerRuntimeClient>>;
export type Dockerode = Client['container']['dockerode'];
export type Container = ReturnType<Dockerode['getContainer']>;

/** The client of the engine that acquireEngine found. Throws LAB_ERR_NO_ENGINE. */
export async function engineClient(): Promise<Client> {
  try {
    return await getContainerRuntimeClient();
  } catch (cause) {
    throw new HarnessError('LAB_ERR_NO_ENGINE', `expected testcontainers to find a Docker Engine: ${wordsOf(cause)}`, { cause });
  }
}

/** Runs one call to the engine; what goes wrong is LAB_ERR_COMMAND_FAILED with what was tried and the engine's own words. */
export async function asking<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError('LAB_ERR_COMMAND_FAILED', `the Docker Engine could not ${what}: ${wordsOf(cause)}`, { cause });
  }
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().slice(0, 1000);

export const statusOf = (error: unknown): number | null =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : null;
